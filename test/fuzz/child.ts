// A process that reads inputs one after another. What ends or stops it, the parent sees: before each input, its number is
// written to a file.
import { openSync, writeSync } from 'node:fs'
import { Inputs } from './inputs.ts'
import { LARGE_PROCESS, MAX_MEMORY, MAX_SECONDS } from './limits.ts'
import { minimised } from './minimise.ts'
import type { ParserName } from './parsers.ts'
import { type Fault, faultOf, judge } from './verdict.ts'

/** What a child is to do. */
export interface Task {
  readonly name: ParserName
  readonly seed: number
  /** The first number, and the one behind the last. */
  readonly from: number
  readonly to: number
  /** Stops earlier than `to` at this time, in milliseconds since 1970. */
  readonly deadline: number
  /** Signatures of faults that are known. */
  readonly known: readonly string[]
  readonly seeds: string
  /** Where the number is written. */
  readonly progress: string
  /** Mutations that are left out; for inputs on their own. */
  readonly skipped?: readonly number[]
}

/** What a child says. */
export type Report =
  | {
      readonly kind: 'fault'
      readonly number: number
      readonly fault: Fault
      readonly bytes: string
      readonly seed: string
    }
  | {
      readonly kind: 'pause' | 'done'
      readonly next: number
      readonly seconds: number
      readonly outcomes: Record<string, number>
    }

const send = (report: Report) =>
  new Promise<void>((resolve, reject) => {
    process.send?.(report, undefined, {}, error => (error ? reject(error) : resolve()))
  })

async function work(task: Task): Promise<void> {
  const { name, seed, from, to, deadline } = task
  const inputs = new Inputs(name, seed, task.seeds)
  const known = new Set(task.known)
  const skipped = new Set(task.skipped)
  const outcomes: Record<string, number> = {}
  const progress = openSync(task.progress, 'r+')
  const number = new BigInt64Array(1)
  const report = async (at: number, fault: Fault) => {
    known.add(fault.signature)
    const smaller = await minimised(inputs, name, at, fault.signature)
    await send({
      kind: 'fault',
      number: at,
      fault,
      bytes: Buffer.from(smaller.bytes).toString('base64'),
      seed: smaller.seed,
    })
  }
  let current = from
  const late: Promise<void>[] = []
  process.on('unhandledRejection', error => {
    const fault = faultOf(error)
    const unhandled = {
      signature: `unhandled: ${fault?.signature ?? String(error)}`,
      description: `unhandled rejection: ${fault?.description ?? String(error)}`,
    }
    if (!known.has(unhandled.signature)) late.push(report(current, unhandled))
  })
  // Compiled code and linear memory are no input's.
  for (const { name: file, bytes } of inputs.seeds) await judge(name, { bytes, seed: file, mutations: 0 })
  const begin = process.resourceUsage()
  let before = begin
  let isLarge = false
  for (; current < to && !isLarge && (current % 16 !== 0 || Date.now() < deadline); ++current) {
    number[0] = BigInt(current)
    writeSync(progress, new Uint8Array(number.buffer), 0, 8, 0)
    const input = inputs.at(current, skipped)
    const { outcome, fault } = await judge(name, input)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    const after = process.resourceUsage()
    const found = fault ?? excess(before, after)
    before = after
    if (found && !known.has(found.signature)) await report(current, found)
    if (late.length > 0) await Promise.all(late.splice(0))
    isLarge = after.maxRSS * 1024 > LARGE_PROCESS
  }
  await send({
    kind: current < to && isLarge ? 'pause' : 'done',
    next: current,
    seconds: secondsOf(before) - secondsOf(begin),
    outcomes,
  })
  process.exit()
}

/** What an input took too much of. */
function excess(before: NodeJS.ResourceUsage, after: NodeJS.ResourceUsage): Fault | undefined {
  const seconds = secondsOf(after) - secondsOf(before)
  const memory = (after.maxRSS - before.maxRSS) * 1024
  if (seconds > MAX_SECONDS) return { signature: 'slow', description: `it took ${seconds.toFixed(1)} s` }
  if (memory > MAX_MEMORY) {
    return { signature: 'memory', description: `it took ${Math.round(memory / 1e6)} MB of memory` }
  }
  return undefined
}

const secondsOf = ({ userCPUTime, systemCPUTime }: NodeJS.ResourceUsage) =>
  (userCPUTime + systemCPUTime) / 1e6

process.once('message', (task: Task) => {
  work(task).catch(error => {
    process.stderr.write(`the fuzzer itself failed: ${error?.stack ?? error}\n`)
    process.exit(3)
  })
})
process.once('disconnect', () => process.exit())
