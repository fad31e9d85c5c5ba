// A team of real threads: the same bits from any number of them, and what happens when one ends.
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { type DatasetContents, storeContents } from '../../src/data/samples.ts'
import { WorkerError } from '../../src/errors.ts'
import { type DenseLayer, dense } from '../../src/layers/layers.ts'
import type { LossName, LossOptions } from '../../src/losses/loss-table.ts'
import { resolveAugmentation } from '../../src/network/augmentation.ts'
import type { Rows } from '../../src/training/dataset-rows.ts'
import { predict } from '../../src/training/evaluate.ts'
import { trainNetwork } from '../../src/training/fit.ts'
import { planFit } from '../../src/training/fit-plan.ts'
import type { EpochLogs } from '../../src/training/logs.ts'
import type { FitSettings } from '../../src/training/options.ts'
import { resolveConfig } from '../../src/training/options.ts'
import { untrained } from '../../src/training/state.ts'
import { call, type Executor, runAlone } from '../../src/wasm/calls.ts'
import { loadModuleSource } from '../../src/wasm/module-sources.ts'
import { createSharedRuntime, type Runtime } from '../../src/wasm/runtime.ts'
import type { Team, Teams } from '../../src/wasm/team.ts'
import { builds } from '../support/builds.ts'
import { contextOf } from '../support/full-runtime.ts'
import { hashParameters } from '../support/sha256.ts'

vi.mock('#platform', { spy: true })

const SAMPLES = 230
const INPUTS = 150

const noise = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 78.233) * 0.8)
const labels = Int32Array.from({ length: SAMPLES }, (_, i) => (i * 7) % 10)

/** One byte in five is not 0, as in MNIST. */
const images: DatasetContents = {
  inputs: Uint8Array.from({ length: SAMPLES * INPUTS }, (_, i) => ((i * i) % 5 === 1 ? (i * 91) % 256 : 0)),
  inputSize: INPUTS,
  labels,
}
const floats: DatasetContents = { inputs: noise(SAMPLES * INPUTS), inputSize: INPUTS, labels }
const curve: DatasetContents = { ...floats, targets: noise(SAMPLES * 3), targetSize: 3 }

const softmax = dense(10, { activation: 'softmax' })
type Settings = Partial<Pick<FitSettings, 'augmentation' | 'onNonFinite'>>
const augmentation = resolveAugmentation({ rotation: 15, elastic: { alpha: 8, sigma: 3 }, noise: 5 })

const cases: [string, DatasetContents, LossName | LossOptions, DenseLayer[], Settings?][] = [
  ['sparse images, one hidden layer', images, 'crossEntropy', [dense(130, { activation: 'relu' }), softmax]],
  [
    'floats, two hidden layers',
    floats,
    'crossEntropy',
    [dense(90), dense(33, { activation: 'tanh' }), softmax],
  ],
  ['regression', curve, 'meanSquaredError', [dense(40, { activation: 'softplus' }), dense(3)]],
  [
    'label smoothing, class and sample weights',
    { ...images, sampleWeights: noise(SAMPLES).map(Math.abs) },
    { name: 'crossEntropy', labelSmoothing: 0.1, classWeights: [1, 2, 3, 1, 2, 3, 1, 2, 3, 0.5] },
    [dense(130, { activation: 'relu' }), softmax],
  ],
  [
    'distorted images',
    { ...images, imageShape: [10, 15] },
    'crossEntropy',
    [dense(130, { activation: 'relu' }), softmax],
    { augmentation },
  ],
  [
    'distorted images, batches that are left out',
    {
      ...images,
      imageShape: [10, 15],
      targets: noise(SAMPLES * 3).fill(Number.NaN, 0, 3),
      targetSize: 3,
    },
    'meanSquaredError',
    [dense(40, { activation: 'tanh' }), dense(3)],
    { augmentation, onNonFinite: 'skip' },
  ],
  ['huber', curve, { name: 'huber', delta: 0.3 }, [dense(40, { activation: 'tanh' }), dense(3)]],
]

/** What training for two epochs gives, the last batch of each shorter; the bits of weights, losses and outputs. */
async function train(
  runtime: Runtime,
  executor: Executor,
  [, contents, loss, layers, more]: (typeof cases)[number],
  onBatchEnd?: () => void | Promise<void>,
) {
  const context = contextOf(runtime, { inputSize: INPUTS, layers, seed: 3 }, executor)
  const { arena, network } = context
  try {
    const rows: Rows = {
      samples: storeContents(arena, contents),
      indices: Int32Array.from({ length: SAMPLES }, (_, i) => i),
    }
    const epochs: Omit<EpochLogs, 'seconds'>[] = []
    const task = {
      config: resolveConfig({ learningRate: 0.05, loss }, layers),
      settings: {
        begin: 'new' as const,
        epochs: 2,
        batchSize: 100,
        dropLast: false,
        shuffle: true,
        seed: 1,
        accumulate: 1,
        onNonFinite: 'stop' as const,
        earlyStopping: undefined,
        augmentation: undefined,
        checkpointEvery: undefined,
        ...more,
      },
      train: rows,
      validation: contents.targets?.some(Number.isNaN) ? undefined : rows,
      state: untrained(),
    }
    const callbacks = {
      onEpochEnd: ({ seconds, ...logs }: EpochLogs) => void epochs.push(logs),
      ...(onBatchEnd && { onBatchEnd }),
    }
    const pause = () => undefined
    const control = { pause, isStopped: () => false, leave: () => {} }
    const plan = await planFit(context, task, undefined)
    try {
      await trainNetwork(plan, task, callbacks, control)
    } finally {
      plan.free()
    }
    const outputs = await predict(context, rows, pause)
    return { weights: await hashParameters(network.read()), epochs, outputs }
  } finally {
    arena.free()
  }
}

let teams: Teams | undefined

async function createTeam(
  build = builds[0] ?? 'simd',
  threads = 2,
): Promise<{ runtime: Runtime; team: Team }> {
  const runtime = await createSharedRuntime(build, loadModuleSource)
  await runtime.loadExtras()
  teams = runtime.teams
  if (!teams) throw new Error('a shared runtime has teams')
  const team = teams.of(threads)
  await team.started
  return { runtime, team }
}

afterEach(async () => {
  vi.resetAllMocks()
  vi.useRealTimers()
  await teams?.close()
})

describe.each(builds)('%s', build => {
  test.each(cases)('%s: the same bits from 1, 2, 3, 4 and 8 threads', async (...example) => {
    const { runtime } = await createTeam(build)
    const alone = await train(runtime, runAlone(runtime.kernels), example)
    for (const threads of [2, 3, 4, 8]) {
      const team = teams?.of(threads)
      await team?.started
      expect(team?.isReady).toBe(true)
      if (team) expect(await train(runtime, team, example), `${threads} threads`).toEqual(alone)
    }
  })
})

const [example = cases[0]] = cases
if (!example) throw new Error('there are cases')

test('workers that start while training goes on change nothing', async () => {
  const runtime = await createSharedRuntime('simd', loadModuleSource)
  teams = runtime.teams
  const alone = await train(runtime, runAlone(runtime.kernels), example)
  const team = teams?.of(2)
  expect(team?.isReady).toBe(false)
  if (team) expect(await train(runtime, team, example)).toEqual(alone)
})

test('two trainings at the same time share the threads', async () => {
  const { runtime, team } = await createTeam()
  const alone = await train(runtime, runAlone(runtime.kernels), example)
  expect(await Promise.all([train(runtime, team, example), train(runtime, team, example)])).toEqual([
    alone,
    alone,
  ])
})

test('a worker that fails: what runs rejects, and the next team works', async () => {
  const { runtime, team } = await createTeam()
  const [indices, x, y] = [runtime.memory.i32(2), runtime.memory.u8(8), runtime.memory.u8(8)]
  indices.view[1] = 0x20000000 // the second row, which is the worker's, lies beyond all memory
  const failing = call('gatherRows', x.pointer, indices.pointer, y.pointer, 2, 4)
  await expect(team.run([failing])).rejects.toThrow(WorkerError)
  expect(team.hasEnded).toBe(true)
  await expect(train(runtime, team, example)).rejects.toThrow(/^worker 1 of 1 ended: RuntimeError: /)

  const next = teams?.of(2)
  expect(next).not.toBe(team)
  await next?.started
  expect(next?.isReady).toBe(true)
  const alone = await train(runtime, runAlone(runtime.kernels), example)
  if (next) expect(await train(runtime, next, example)).toEqual(alone)
})

test('the calling thread fails: what runs rejects, and the team ends', async () => {
  const { runtime, team } = await createTeam()
  const [indices, x, y] = [runtime.memory.i32(2), runtime.memory.u8(8), runtime.memory.u8(8)]
  indices.view[0] = 0x20000000
  const failing = call('gatherRows', x.pointer, indices.pointer, y.pointer, 2, 4)
  await expect(team.run([failing])).rejects.toThrow(WebAssembly.RuntimeError)
  expect(team.hasEnded).toBe(true)
})

test('closed in the middle of a training: it rejects', async () => {
  const { runtime, team } = await createTeam()
  const training = train(runtime, team, example, () => void teams?.close())
  await expect(training).rejects.toMatchObject({
    name: 'WorkerError',
    code: 'ERR_WORKER',
    message: expect.stringContaining('the threads were closed while they were at work'),
  })
})

test('a training rejects when its workers have left, and not before: its memory is free then', async () => {
  const { startWorker } = await vi.importActual<typeof platform>('#platform')
  let working = 0
  vi.mocked(platform.startWorker).mockImplementation((...options) => {
    const worker = startWorker(...options)
    working += 1
    const terminate = async () => {
      const hasEnded = await worker.terminate()
      working -= 1
      return hasEnded
    }
    return { ...worker, terminate }
  })
  const { runtime, team } = await createTeam('simd', 4)
  expect(working).toBe(3)
  await expect(train(runtime, team, example, () => void teams?.close())).rejects.toThrow(WorkerError)
  expect(working).toBe(0)
})

test('closed twice, and before the workers have started', async () => {
  const runtime = await createSharedRuntime('simd', loadModuleSource)
  const team = runtime.teams?.of(3)
  await Promise.all([team?.close(), team?.close(), runtime.teams?.close()])
  expect(team?.hasEnded).toBe(true)
})

test('where a worker cannot be started, the calling thread computes alone, and the reason is known', async () => {
  vi.mocked(platform.startWorker).mockImplementation(() => {
    throw new Error('workers are not allowed here')
  })
  const { runtime, team } = await createTeam()
  expect(team.isReady).toBe(false)
  expect(teams?.problem).toContain('workers are not allowed here')
  const alone = await train(runtime, runAlone(runtime.kernels), example)
  expect(await train(runtime, team, example)).toEqual(alone)
})

describe('the supplement is loaded when there is a team', () => {
  const [plain, weighted] = [example, cases[3] ?? example]
  /** Its activation is one that the first module calls of the second. */
  const curved = cases[2] ?? example
  const settle = () => new Promise<void>(resolve => setTimeout(resolve, 0))

  test.each([
    ['before its workers have started', false],
    ['when they are ready', true],
  ])('%s: another takes over that has it, the bits are the same', async (_, isReady) => {
    const runtime = await createSharedRuntime('simd', loadModuleSource)
    teams = runtime.teams
    const first = teams?.of(3)
    if (isReady) await first?.started
    await runtime.loadExtras()
    const second = teams?.of(3)
    await second?.started
    expect(second).not.toBe(first)
    expect(teams?.of(3)).toBe(second)
    expect(first?.hasEnded).toBe(true)
    if (!first || !second) return
    const alone = runAlone(runtime.kernels)
    expect(await train(runtime, second, weighted)).toEqual(await train(runtime, alone, weighted))
    expect(await train(runtime, second, curved)).toEqual(await train(runtime, alone, curved))
    expect(await train(runtime, first, plain)).toEqual(await train(runtime, alone, plain))
  })

  test('in the middle of another training, which goes on with the new workers', async () => {
    const runtime = await createSharedRuntime('simd', loadModuleSource)
    teams = runtime.teams
    const first = teams?.of(8)
    await first?.started
    if (!first) return
    let batches = 0
    const others: Promise<unknown>[] = []
    const begin = async () => {
      await runtime.loadExtras()
      const second = teams?.of(8)
      expect(second).not.toBe(first)
      return second && train(runtime, second, weighted)
    }
    const trained = await train(runtime, first, plain, () => {
      if (++batches === 2) others.push(begin())
      return settle()
    })
    const alone = runAlone(runtime.kernels)
    expect(await Promise.all(others)).toEqual([await train(runtime, alone, weighted)])
    expect(trained).toEqual(await train(runtime, alone, plain))
    expect(first.hasEnded).toBe(true)
  })

  test('not loaded: an error that names the kernel, alone and in a team', async () => {
    const runtime = await createSharedRuntime('simd', loadModuleSource)
    teams = runtime.teams
    const team = teams?.of(2)
    await team?.started
    const calls = [call('dropout', 0, 0, 0, 0.5, 1, 0, 0)]
    expect(() => runAlone(runtime.kernels).run(calls)).toThrow('the kernel dropout is not loaded')
    expect(() => team?.run(calls)).toThrow('the workers have no kernel dropout')
    expect(() => runtime.kernels.randomNormal(0, 0, 0, 1, 0, 1, 0)).toThrow('randomNormal is not loaded')
  })
})

test('teams that come and go take no memory, and none that counts', async () => {
  const { runtime } = await createTeam()
  const { pointer } = runtime.memory.u8(1)
  const { bytesInUse } = runtime.memory
  for (let i = 0; i < 10; ++i) {
    await teams?.close()
    await teams?.of(2 + (i % 3)).started
  }
  expect(runtime.memory.bytesInUse).toBe(bytesInUse)
  expect(runtime.memory.u8(1).pointer).toBe(pointer + 64)
})

test('the last user that lets go ends the workers, unless another comes within a second', async () => {
  const { runtime, team } = await createTeam()
  vi.useFakeTimers()
  const users = [{}, {}]
  for (const user of users) runtime.teams?.retain(user)
  runtime.teams?.release(users[0] ?? {})
  vi.advanceTimersByTime(2000)
  expect(team.hasEnded).toBe(false)
  runtime.teams?.release(users[1] ?? {})
  vi.advanceTimersByTime(900)
  runtime.teams?.retain(users)
  vi.advanceTimersByTime(2000)
  expect(team.hasEnded).toBe(false)
  runtime.teams?.release(users)
  vi.advanceTimersByTime(1000)
  expect(team.hasEnded).toBe(true)
})
