// A process that reads inputs one after another. What ends or stops it, the parent sees: before each input, its number is
// written to a file.
import { openSync, writeSync } from 'node:fs'
import { type Input, Inputs } from './inputs.ts'
import { LARGE_INPUT, LARGE_PROCESS, MAX_MEMORY, MAX_SECONDS } from './limits.ts'
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
    // Making a large one takes hundreds of megabytes, which are not the reader's.
    if (input.bytes.length > LARGE_INPUT) before = process.resourceUsage()
    const start = performance.now()
    const { outcome, fault } = await judge(name, input)
    const elapsed = performance.now() - start
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    let found = fault
    if (elapsed > REMARKABLE || current % 64 === 0) {
      const after = process.resourceUsage()
      found ??= excess(before, after, elapsed)
      // Other programs may have taken the time.
      if (found?.signature === SLOW && !(await isSlow(name, input))) found = undefined
      isLarge = after.maxRSS * 1024 > LARGE_PROCESS
      before = after
    }
    if (found && !known.has(found.signature)) late.push(report(current, found))
    if (late.length === 0) continue
    await Promise.all(late.splice(0))
    before = process.resourceUsage()
  }
  await send({
    kind: current < to && isLarge ? 'pause' : 'done',
    next: current,
    seconds: secondsOf(process.resourceUsage()) - secondsOf(begin),
    outcomes,
  })
  process.exit()
}

const SLOW = 'slow'

/** Milliseconds from which the time and memory of an input are looked at. */
const REMARKABLE = 20

/** What an input took too much of; `elapsed` milliseconds went by. */
function excess(
  before: NodeJS.ResourceUsage,
  after: NodeJS.ResourceUsage,
  elapsed: number,
): Fault | undefined {
  // Between the two, there may have been other inputs as well.
  const seconds = Math.min(secondsOf(after) - secondsOf(before), elapsed / 1000)
  const memory = (after.maxRSS - before.maxRSS) * 1024
  if (seconds > MAX_SECONDS) return { signature: SLOW, description: `it took ${seconds.toFixed(1)} s` }
  if (memory > MAX_MEMORY) {
    return { signature: 'memory', description: `it took ${Math.round(memory / 1e6)} MB of memory` }
  }
  return undefined
}

/** Whether an input takes too long once more. */
async function isSlow(name: ParserName, input: Input): Promise<boolean> {
  const before = process.resourceUsage()
  await judge(name, input)
  return secondsOf(process.resourceUsage()) - secondsOf(before) > MAX_SECONDS
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
