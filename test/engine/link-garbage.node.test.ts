// What a link gives back when it is garbage in the other thread, and what it must not.
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { connect } from '../support/linked.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Something that can be disposed of, as models and data sets are. */
class Resource {
  isDisposed = false

  dispose(): void {
    this.isDisposed = true
  }
}

/** Something of the caller's. */
class Own {
  isDisposed = false

  dispose(): void {
    this.isDisposed = true
  }
}

class Root {
  readonly created: Resource[] = []

  create(): Resource {
    const resource = new Resource()
    this.created.push(resource)
    return resource
  }

  /** Forgets what it was given, and goes on. */
  async forget(given: { lent: unknown }, until: () => Promise<void>): Promise<void> {
    given.lent = undefined
    await until()
  }

  async run(callback: () => unknown): Promise<void> {
    await callback()
  }
}

/** Finalizers run in later turns of the event loop. */
async function collect(): Promise<void> {
  for (let turn = 0; turn < 5; ++turn) {
    collectGarbage()
    await setImmediate()
  }
}

test('what the other thread made is disposed of when nothing stands for it any more', async () => {
  const { root, remote } = connect(new Root())
  await (async () => void (await remote.create()))()
  await collect()
  expect(root.created.map(({ isDisposed }) => isDisposed)).toEqual([true])
})

test('what was lent for a call is not disposed of, although the other thread has forgotten it', async () => {
  const { remote } = connect(new Root())
  const lent = new Resource()
  await remote.forget({ lent }, collect)
  await collect()
  expect(lent.isDisposed).toBe(false)
})

test('what a callback returns or throws is not disposed of', async () => {
  const { remote } = connect(new Root())
  const returned = new Own()
  const thrown = new Own()
  await remote.run(() => returned)
  await remote
    .run(() => {
      throw thrown
    })
    .catch(() => {})
  await collect()
  expect([returned.isDisposed, thrown.isDisposed]).toEqual([false, false])
})
