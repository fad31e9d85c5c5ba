// Starts the processes that read inputs, one at a time, and watches them: one may end, hang, or take all memory.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report, Task } from './child.ts'
import { Inputs } from './inputs.ts'
import { MAX_SECONDS } from './limits.ts'
import type { ParserName } from './parsers.ts'

/** What to fuzz. */
export interface FuzzOptions {
  /** The script of a child, bundled. */
  readonly script: string
  /** The folder of the seeds. */
  readonly seeds: string
  readonly seed: number
  /** The first input's number, and how many. */
  readonly from: number
  readonly count: number
  readonly seconds: number
}

/** A fault, and a file that shows it. */
export interface FoundFault {
  readonly parser: ParserName
  readonly number: number
  readonly signature: string
  readonly description: string
  readonly file: string
}

/** What became of a parser's inputs. */
export interface Outcome {
  readonly parser: ParserName
  readonly inputs: number
  /** How many were accepted, or refused with each code. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Of processor time. */
  readonly seconds: number
  readonly faults: readonly FoundFault[]
}

/** Ends of processes, after which a parser is given up. */
const MAX_ENDS = 20
/** Seconds for an input by the clock: other programs may be at work. */
const MAX_WAIT = 60
/** Resident bytes of a process. */
const MAX_RESIDENT = 1.5e9
const WATCH = 200 // milliseconds

/** Fuzzes one parser. */
export async function fuzz(parser: ParserName, options: FuzzOptions): Promise<Outcome> {
  const { seed, from, count, seconds } = options
  let processor = 0
  const deadline = Date.now() + seconds * 1000
  const folder = mkdtempSync(join(tmpdir(), `wasmlp-fuzz-${parser}-`))
  const outcomes: Record<string, number> = {}
  const faults: FoundFault[] = []
  const add = (number: number, signature: string, description: string, bytes: Uint8Array, name: string) => {
    const file = join(folder, `${seed}-${number}-${name}`)
    writeFileSync(file, bytes)
    faults.push({ parser, number, signature, description, file })
  }
  const inputs = new Inputs(parser, seed, options.seeds)
  let next = from
  let ends = 0
  while (next < from + count && Date.now() < deadline) {
    const known = faults.map(({ signature }) => signature)
    const task = { name: parser, seed, from: next, to: from + count, deadline, known, seeds: options.seeds }
    const { end, reports } = await runChild(options.script, task, join(folder, 'progress'))
    for (const report of reports) {
      if (report.kind === 'fault') {
        const { number, fault, bytes, seed: name } = report
        add(number, fault.signature, fault.description, Buffer.from(bytes, 'base64'), name)
        continue
      }
      for (const [outcome, times] of Object.entries(report.outcomes)) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + times
      }
      next = report.next
      processor += report.seconds
    }
    if (!end) {
      if (reports.at(-1)?.kind === 'done') break
      continue
    }
    const { bytes, seed: name } = inputs.at(end.number)
    if (!known.includes(end.signature)) add(end.number, end.signature, end.description, bytes, name)
    outcomes[end.signature] = (outcomes[end.signature] ?? 0) + 1
    next = end.number + 1
    if (++ends === MAX_ENDS) break
  }
  return { parser, inputs: next - from, outcomes, seconds: processor, faults }
}

/** How a child ended before it was done. */
interface End {
  readonly number: number
  readonly signature: string
  readonly description: string
}

function runChild(
  script: string,
  task: Omit<Task, 'progress'>,
  progress: string,
): Promise<{ end: End | undefined; reports: Report[] }> {
  writeFileSync(progress, new Uint8Array(8))
  const file = openSync(progress, 'r')
  const buffer = new BigInt64Array(1)
  const numberNow = () => {
    readSync(file, new Uint8Array(buffer.buffer), 0, 8, 0)
    return Number(buffer[0])
  }
  const child = fork(script, {
    execArgv: ['--max-old-space-size=700', '--stack-trace-limit=20'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const reports: Report[] = []
  let stderr = ''
  let killed: Pick<End, 'signature' | 'description'> | undefined
  child.stderr?.on('data', data => {
    stderr = (stderr + data).slice(-4000)
  })
  child.on('message', report => reports.push(report as Report))
  child.send({ ...task, progress })
  const kill = (signature: string, description: string) => {
    killed ??= { signature, description }
    child.kill('SIGKILL')
  }
  let number = -1
  let since = { wall: 0, processor: 0 }
  const watch = setInterval(() => {
    const { processor, resident } = usageOf(child)
    const wall = performance.now() / 1000
    const now = numberNow()
    if (now !== number) {
      number = now
      since = { wall, processor }
    } else if (reports.at(-1)?.kind !== 'fault') {
      // A little longer than the child's own limit, which knows better.
      if (processor - since.processor > 3 * MAX_SECONDS) kill('hang', 'it went on for more than 3 s')
      if (wall - since.wall > MAX_WAIT) kill('hang', `nothing happened for ${MAX_WAIT} s`)
    }
    if (resident > MAX_RESIDENT) kill('memory', `it took ${Math.round(resident / 1e6)} MB of memory`)
  }, WATCH)
  return new Promise(resolve => {
    child.once('close', (code, signal) => {
      clearInterval(watch)
      const last = reports.at(-1)
      if (last?.kind === 'done' || last?.kind === 'pause') return resolve({ end: undefined, reports })
      if (code === 3) throw new Error(stderr)
      const fatal = /FATAL ERROR:.*|Fatal .*|# .*/.exec(stderr)?.[0] ?? stderr.slice(0, 300)
      const how = signal ? `the process ended by ${signal}` : `the process ended with code ${code}`
      const ended = { signature: `end: ${fatal.slice(0, 60) || how}`, description: `${how} ${fatal}` }
      resolve({ end: { number: numberNow(), ...(killed ?? ended) }, reports })
    })
  })
}

/** Seconds of processor time and resident bytes of a process; 0 where the system does not tell. */
function usageOf({ pid }: ChildProcess): { processor: number; resident: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number)
    // Fields 14, 15 and 24 of proc(5), of which 2 are cut off; 100 ticks a second, pages of 4096 bytes.
    const [user = 0, system = 0, pages = 0] = [fields[11], fields[12], fields[21]]
    return { processor: (user + system) / 100, resident: pages * 4096 }
  } catch {
    return { processor: 0, resident: 0 }
  }
}
