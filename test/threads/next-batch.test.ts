// Images of the next batch are distorted by threads that wait for others, while the batch before trains.
import { afterEach, expect, test } from 'vitest'
import { type Samples, storeContents } from '../../src/data/samples.ts'
import { resolveAugmentation } from '../../src/network/augmentation.ts'
import { Augmenter } from '../../src/network/augmenter.ts'
import { Arena } from '../../src/wasm/arena.ts'
import { type Call, call, type Executor, runAlone } from '../../src/wasm/calls.ts'
import { loadModuleSource } from '../../src/wasm/module-sources.ts'
import { createSharedRuntime, type Runtime } from '../../src/wasm/runtime.ts'
import type { Team } from '../../src/wasm/team.ts'

const SAMPLES = 60
const [HEIGHT, WIDTH] = [9, 11]
/** Where the call has the word that counts the images that were begun. */
const TAKEN = 9

const augmentation = resolveAugmentation({ rotation: 20, elastic: { alpha: 8, sigma: 3 }, noise: 9 })
const contents = {
  inputs: Uint8Array.from({ length: SAMPLES * HEIGHT * WIDTH }, (_, i) => (i * 7919) % 251),
  inputSize: HEIGHT * WIDTH,
  imageShape: [HEIGHT, WIDTH] as const,
}
const settle = () => new Promise<void>(resolve => setTimeout(resolve, 0))

let runtime: Runtime

afterEach(() => runtime.teams?.close())

async function createTeam(threads: number): Promise<Team> {
  runtime = await createSharedRuntime('simd', loadModuleSource)
  await runtime.loadExtras()
  const team = runtime.teams?.of(threads)
  if (!team) throw new Error('a shared runtime has teams')
  await team.started
  return team
}

function create(arena: Arena, threads: number): { augmenter: Augmenter; step: Int32Array; samples: Samples } {
  const samples = storeContents(arena, contents)
  const random = { seed: 3, step: arena.i32(1) }
  const executor = { threads, run: () => undefined }
  const augmenter = new Augmenter(samples, augmentation, {
    runtime,
    executor,
    arena,
    capacity: SAMPLES,
    random,
  })
  return { augmenter, step: random.step.view, samples }
}

/** What distorting these rows in that step gives, by one thread and all at once. */
function expected(indices: Int32Array, number: number): Uint8Array {
  const arena = new Arena(runtime.memory)
  const { augmenter, step } = create(arena, 1)
  const rows = arena.i32(indices.length)
  rows.view.set(indices)
  step[0] = number
  runAlone(runtime.kernels).run(augmenter.calls(indices.length, rows))
  const images = augmenter.images.view.slice(0, indices.length * HEIGHT * WIDTH)
  arena.free()
  return images
}

/** The team, and the call that it was offered last. */
function watched(team: Team): Executor & { offered: Call | undefined } {
  const executor = {
    threads: team.threads,
    offered: undefined as Call | undefined,
    run: (calls: readonly Call[]) => team.run(calls),
    offer(call: Call) {
      executor.offered = call
      return team.offer(call)
    },
    withdraw: (call: Call) => team.withdraw(call),
  }
  return executor
}

/** Lets the workers wait for another call, which is when they look for something to do. */
async function wake(team: Team) {
  const word = runtime.memory.i32(1)
  await team.run([call('gatherRows', word.pointer, word.pointer, word.pointer, 0, 4)])
  word.free()
}

const indices = Int32Array.from({ length: SAMPLES - 7 }, (_, i) => (i * 13) % SAMPLES)

test.each([2, 4])(
  '%i threads: while the calling thread does something else, the others do all of it',
  async threads => {
    const team = await createTeam(threads)
    const executor = watched(team)
    const arena = new Arena(runtime.memory)
    const { augmenter, step } = create(arena, threads)
    step[0] = 4
    augmenter.prepare(executor, indices)
    await wake(team)
    const taken = new Int32Array(runtime.memory.buffer, executor.offered?.args[TAKEN], 1)
    while (Atomics.load(taken, 0) < indices.length) await settle()
    step[0] = 5
    expect(await augmenter.finish(executor, indices)).toBe(true)
    const images = augmenter.images.view.slice(0, indices.length * HEIGHT * WIDTH)
    expect(images).toEqual(expected(indices, 5))
    arena.free()
  },
)

test('finished when it has just begun: the same images', async () => {
  const team = await createTeam(3)
  const arena = new Arena(runtime.memory)
  const { augmenter, step } = create(arena, 3)
  for (let number = 0; number < 50; ++number) {
    step[0] = number
    augmenter.prepare(team, indices)
    if (number % 2 === 0) await wake(team)
    step[0] = number + 1
    expect(await augmenter.finish(team, indices)).toBe(true)
    const images = augmenter.images.view.slice(0, indices.length * HEIGHT * WIDTH)
    expect(images).toEqual(expected(indices, number + 1))
  }
  arena.free()
})

test.each<[string, Int32Array, number]>([
  ['other rows', indices.toReversed(), 1],
  ['fewer rows', indices.subarray(0, 20), 1],
  ['another step', indices, 0],
])('%s than were prepared: nothing of it is taken', async (_, taken, number) => {
  const team = await createTeam(2)
  const arena = new Arena(runtime.memory)
  const { augmenter, step } = create(arena, 2)
  augmenter.images.view.fill(7)
  augmenter.prepare(team, indices)
  step[0] = number
  expect(await augmenter.finish(team, taken)).toBe(false)
  expect(await augmenter.finish(team, taken)).toBe(false)
  expect(new Set(augmenter.images.view)).toEqual(new Set([7]))
  arena.free()
})

test('one at a time: the second training distorts its images itself', async () => {
  const team = await createTeam(2)
  const arena = new Arena(runtime.memory)
  const [first, second] = [create(arena, 2).augmenter, create(arena, 2).augmenter]
  first.prepare(team, indices)
  second.prepare(team, indices)
  expect(await second.finish(team, indices)).toBe(false)
  await first.end(team)
  expect(await first.finish(team, indices)).toBe(false)
  second.prepare(team, indices)
  await wake(team)
  await second.end(team)
  arena.free()
})

test('a team that is closed meanwhile: what is to be finished rejects, and no worker is at it', async () => {
  const team = await createTeam(3)
  const arena = new Arena(runtime.memory)
  const { augmenter } = create(arena, 3)
  augmenter.prepare(team, indices)
  await wake(team)
  await team.close()
  await expect(augmenter.end(team)).rejects.toThrow('the threads were closed')
  await augmenter.end(team)
  arena.free()
})
