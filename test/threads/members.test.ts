// Members of a team that end: at every state that one can be in, and in every way. What runs is computed all the same, or
// rejects with a WorkerError; nothing waits for ever.
import { afterEach, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { WorkerError } from '../../src/errors.ts'
import type { ScriptSource } from '../../src/platform/asset-urls.ts'
import { call } from '../../src/wasm/calls.ts'
import { loadModuleSource } from '../../src/wasm/module-sources.ts'
import { createSharedRuntime, type Runtime } from '../../src/wasm/runtime.ts'
import type { Team, Teams } from '../../src/wasm/team.ts'
import type { WorkerReport } from '../../src/wasm/team-worker.ts'
import { catchWorkers } from '../support/started-workers.ts'

vi.mock('#platform', { spy: true })

const isNode = platform.name === 'node'
const ROWS = 1000
const workers = await catchWorkers()
let teams: Teams | undefined

async function createRuntime(): Promise<Runtime> {
  const runtime = await createSharedRuntime('simd', loadModuleSource)
  teams = runtime.teams
  return runtime
}

afterEach(async () => {
  await teams?.close()
  vi.resetAllMocks()
})

/** Copies rows in a team; whether all of them arrived. */
async function compute({ memory }: Runtime, team: Team, times = 1): Promise<boolean> {
  const [indices, x, y] = [memory.i32(ROWS), memory.i32(ROWS), memory.i32(ROWS)]
  try {
    indices.view.forEach((_, i, all) => {
      all[i] = ROWS - 1 - i
    })
    x.view.forEach((_, i, all) => {
      all[i] = i
    })
    const copy = call('gatherRows', x.pointer, indices.pointer, y.pointer, ROWS, 4)
    await team.run(Array.from({ length: times }, () => copy))
    return y.view.every((value, i) => value === ROWS - 1 - i)
  } finally {
    for (const buffer of [indices, x, y]) buffer.free()
  }
}

/** Where a member ends: the function of its instance in which it does, and at which call of it. */
interface State {
  at: string
  call: number
}

/** Has one member run `deed` at a state, in the member's own thread. */
function have(thread: number, { at, call }: State, deed: string): void {
  const prelude = `{
    const { instantiate } = WebAssembly
    let calls = 0
    const wrap = exports => Object.fromEntries(Object.entries(exports).map(([name, run]) => [name,
      name !== ${JSON.stringify(at)} ? run : (...args) => { if (++calls === ${call}) { ${deed} } return run(...args) }]))
    WebAssembly.instantiate = async (...options) => {
      if (${JSON.stringify(at)} === 'instantiate') { ${deed} }
      return { exports: wrap((await instantiate(...options)).exports) }
    }
  };`
  change((script, number) => (number === thread ? prelude + script : script))
}

type Post = (report: WorkerReport) => void

/** What the team learns of the end of a member. */
let learned = () => {}

/** Starts workers with other scripts, and sees what they say before the team does. */
function change(
  script: (script: ScriptSource, thread: number) => ScriptSource,
  onReport: (report: WorkerReport, thread: number, pass: Post) => void = (report, _, pass) => pass(report),
): void {
  let thread = 0
  const tell = (onEnd: () => void) => {
    onEnd()
    learned()
  }
  vi.mocked(platform.startWorker).mockImplementation((source, onMessage, onEnd) => {
    const number = ++thread
    const pass = onMessage as unknown as Post
    return actual.startWorker<WorkerReport>(
      script(source, number),
      report => onReport(report, number, pass),
      reason => tell(() => onEnd(reason)),
    )
  })
  vi.mocked(platform.awaitEndOf).mockImplementation((life, onEnd) =>
    actual.awaitEndOf(life, () => tell(onEnd)),
  )
}

const actual = await vi.importActual<typeof platform>('#platform')

/** What is told where a member ends while it starts, and where it does later. */
const UNSTARTED = /^worker \d of 2 could not be started: /
const ENDED = /^worker \d of 2 ended: .+ The batch in hand may be half done/

/** How a member ends in its own thread. A browser's tells nobody but by its lock, and cannot end while it is busy. */
const ways: [string, string][] = isNode
  ? [
      ['process.exit(0)', 'process.exit(0)'],
      ['process.exit(1)', 'process.exit(1)'],
      ['an error', "throw new Error('the member’s own')"],
      ['an error that nobody catches', "setImmediate(() => { throw new Error('late') }); throw null"],
    ]
  : [['an error', "throw new Error('the member’s own')"]]

const starting: [string, State][] = [['while its modules are instantiated', { at: 'instantiate', call: 1 }]]
const working: [string, State][] = [
  ['as soon as it is ready', { at: 'awaitStart', call: 1 }],
  ['while it waits for the second command', { at: 'awaitStart', call: 2 }],
  ['when it has been given a command', { at: 'isOver', call: 1 }],
  ['in a call', { at: 'gatherRows', call: 3 }],
  ['when its share is done, before it says so', { at: 'finish', call: 2 }],
  ['between two calls', { at: 'hasSpareWork', call: 2 }],
]

test.each(ways.flatMap(way => starting.map(state => [...way, ...state] as const)))(
  'by %s (%s), %s: the calling thread computes alone',
  async (_way, deed, _when, state) => {
    have(2, state, deed)
    const runtime = await createRuntime()
    const team = runtime.teams?.of(3)
    await team?.started
    expect(team?.isReady).toBe(false)
    expect(team?.problem).toMatch(UNSTARTED)
    expect(team && (await compute(runtime, team))).toBe(true)
  },
)

test.each(ways.flatMap(way => working.map(state => [...way, ...state] as const)))(
  'by %s (%s), %s: all is computed, or what runs rejects',
  async (_way, deed, _when, state) => {
    have(1, state, deed)
    const runtime = await createRuntime()
    const team = runtime.teams?.of(3)
    if (!team) throw new Error('a shared runtime has teams')
    await team.started
    // The first end of several that comes to the calling thread's knowledge decides: before the other member is ready, or
    // after that.
    if (team.problem !== undefined) {
      expect(team.problem).toMatch(UNSTARTED)
      expect(await compute(runtime, team, 5)).toBe(true)
      return
    }
    const running = compute(runtime, team, 5)
    await expect(running).rejects.toThrow(WorkerError)
    await expect(running).rejects.toThrow(ENDED)
    expect(team.hasEnded).toBe(true)
    vi.resetAllMocks()
    const next = runtime.teams?.of(3)
    expect(next).not.toBe(team)
    await next?.started
    expect(next && (await compute(runtime, next))).toBe(true)
  },
)

/** Ends the member that was started as the last but so many, as a system or a page does: from outside, with no word. */
const terminate = (fromLast: number) => workers.at(-1 - fromLast)?.terminate()

test('one that was ready is terminated while another starts: the calling thread computes alone', async () => {
  const end = new Promise<void>(resolve => {
    learned = resolve
  })
  change(
    script => script,
    async (report, thread, pass) => {
      if (thread === 2) {
        await end
        pass(report)
      } else {
        pass(report)
        terminate(1)
      }
    },
  )
  const runtime = await createRuntime()
  const team = runtime.teams?.of(3)
  if (!team) throw new Error('a shared runtime has teams')
  await team.started
  await end
  expect(team.isReady).toBe(false)
  expect(team.problem).toMatch(UNSTARTED)
  expect(await compute(runtime, team, 3)).toBe(true)
})

test('one is terminated before it has begun: the calling thread computes alone', async () => {
  const runtime = await createRuntime()
  const team = runtime.teams?.of(3)
  terminate(0)
  if (!team) throw new Error('a shared runtime has teams')
  expect(await compute(runtime, team, 3)).toBe(true)
  if (isNode) await team.started // a browser says nothing of one that never spoke
  expect(team.isReady).toBe(false)
  expect(await compute(runtime, team, 3)).toBe(true)
})

test.each([
  ['while it looks for the next command', 0],
  ['while it sleeps', 300],
])('one is terminated %s: the team ends', async (_, milliseconds) => {
  const end = new Promise<void>(resolve => {
    learned = resolve
  })
  change(script => script)
  const runtime = await createRuntime()
  const team = runtime.teams?.of(3)
  if (!team) throw new Error('a shared runtime has teams')
  await team.started
  expect(await compute(runtime, team, 3)).toBe(true)
  await new Promise(resolve => setTimeout(resolve, milliseconds))
  terminate(1)
  await end
  expect(team.hasEnded).toBe(true)
  await expect(compute(runtime, team)).rejects.toThrow(ENDED)
})

test('one is terminated in the middle of a call: it rejects', async () => {
  const runtime = await createRuntime()
  const team = runtime.teams?.of(3)
  if (!team) throw new Error('a shared runtime has teams')
  await team.started
  const running = compute(runtime, team, 200_000)
  terminate(0)
  await expect(running).rejects.toThrow(ENDED)
})

test('both are terminated while the team is closed: it closes', async () => {
  const runtime = await createRuntime()
  const team = runtime.teams?.of(3)
  await team?.started
  const closing = team?.close()
  terminate(0)
  terminate(1)
  await closing
  expect(team?.hasEnded).toBe(true)
})

test('what a member is told cannot be read: the calling thread computes alone', async () => {
  change(
    script => `globalThis.onmessage = null; ${script}; {
    const port = typeof require === 'function' ? require('node:worker_threads').parentPort : globalThis
    port.onmessage = () => port.onmessageerror()
  }`,
  )
  const runtime = await createRuntime()
  const team = runtime.teams?.of(3)
  await team?.started
  expect(team?.problem).toMatch(/^worker \d of 2 could not be started: its task could not be read$/)
  expect(team && (await compute(runtime, team))).toBe(true)
})
