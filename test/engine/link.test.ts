// Two ends of a link, whose messages are cloned as between two threads.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Link } from '../../src/engine/link.ts'
import { Steering } from '../../src/engine/steering.ts'
import { DataError, ShapeError, WorkerError } from '../../src/errors.ts'
import { connect, type Remote } from '../support/linked.ts'
import { platformErrors } from '../support/platform-errors.ts'

/** Something of a class, which stays in its thread. */
class Counter {
  readonly info = { name: 'counter' }
  count = 0

  /** One of the properties that are known without asking. */
  get samples(): number {
    return this.count
  }

  add(n: number): number {
    this.count += n
    return this.count
  }

  /** Can be cancelled, and does not look whether it is. */
  async slowly(options: { signal: AbortSignal | undefined }): Promise<string> {
    await later()
    return options.signal?.aborted ? 'aborted' : 'done'
  }

  addAndFail(n: number): never {
    this.count += n
    throw new Error('added')
  }

  countOf(other: Counter): number {
    return other.count
  }

  dispose(): void {
    this.count = -1
  }
}

const later = () => new Promise(resolve => setTimeout(resolve, 5))

/** What one thread offers in these tests. */
class Root {
  readonly counter = new Counter()
  seen: unknown

  echo(value: unknown): unknown {
    this.seen = value
    return value
  }

  getCounter(): Counter {
    return this.counter
  }

  async twice(callback: (n: number) => unknown): Promise<unknown[]> {
    return [await callback(1), await callback(2)]
  }

  /** Can be cancelled, and does not look whether it is. */
  async callingBack({ callback }: { callback: () => unknown; signal: AbortSignal }): Promise<string> {
    await callback()
    return 'done'
  }

  describe(value: unknown): string {
    return JSON.stringify({ value })
  }

  throwing(error: unknown): never {
    throw error
  }

  fail(): never {
    throw new ShapeError('a matrix of 2 × 3, expected 3 × 2')
  }

  async followed(steering: Steering): Promise<boolean[]> {
    const before = steering.state.isPaused
    await steering.gate
    return [before, steering.state.isPaused, steering.state.isStopped]
  }

  async untilAborted({ signal }: { signal: AbortSignal }): Promise<never> {
    await new Promise(resolve => signal.addEventListener('abort', resolve))
    throw signal.reason
  }
}

/** As a controller of another realm, whose signal is no instance of this one's AbortSignal. */
function controllerOfOtherRealm(): { signal: AbortSignal; abort(reason: unknown): void } {
  const signal = Object.assign(new EventTarget(), {
    aborted: false,
    reason: undefined as unknown,
    onabort: null,
    throwIfAborted() {},
  })
  const abort = (reason: unknown) => {
    Object.assign(signal, { aborted: true, reason })
    signal.dispatchEvent(new Event('abort'))
  }
  return { signal, abort }
}

afterEach(() => vi.restoreAllMocks())

describe('what is said', () => {
  test.each([
    [1],
    ['text'],
    [undefined],
    [null],
    [[1, 2, 3]],
    [{ a: { b: [true, { c: Number.NaN }] }, d: undefined }],
    [Float32Array.of(1.5, -0)],
    [[Uint8Array.of(1), { values: Int32Array.of(-1) }]],
    [10n],
  ])('%o is copied', async value => {
    expect(await connect(new Root()).remote.echo(value)).toEqual(value)
  })

  test('shared memory is copied', async () => {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    const shared = new Float32Array(buffer, 0, 2)
    shared.set([1, 2])
    const { root, remote } = connect(new Root())
    await remote.echo(shared)
    shared.set([3, 4])
    expect(root.seen).toEqual(Float32Array.of(1, 2))
  })

  test('an object of a class stays, and is called; what is known of it goes with it', async () => {
    const { root, remote } = connect(new Root())
    const counter = (await remote.getCounter()) as unknown as Remote<Counter>
    expect(counter.info).toEqual({ name: 'counter' })
    expect(await counter.add(2)).toBe(2)
    expect(await counter.add(3)).toBe(5)
    expect(root.counter.count).toBe(5)
  })

  test('what is known of an object is what it was at its last answer, or when that failed', async () => {
    const { remote } = connect(new Root())
    const counter = (await remote.getCounter()) as unknown as Remote<Counter>
    expect(counter.samples).toBe(0)
    await counter.add(2)
    expect(counter.samples).toBe(2)
    await expect(counter.addAndFail(3)).rejects.toThrow('added')
    expect(counter.samples).toBe(5)
  })

  test('an object comes home as itself', async () => {
    const { root, remote } = connect(new Root())
    const counter = await remote.getCounter()
    await remote.echo({ counter })
    expect((root.seen as { counter: unknown }).counter).toBe(root.counter)
    const own = new Counter()
    expect(await remote.echo(own)).toBe(own)
  })

  test('a view is copied without the rest of its buffer', async () => {
    const { root, remote } = connect(new Root())
    await remote.echo(Float32Array.of(1, 2, 3, 4).subarray(1, 3))
    expect(root.seen).toEqual(Float32Array.of(2, 3))
    expect((root.seen as Float32Array).buffer.byteLength).toBe(8)
  })

  test('an object of another link is called there', async () => {
    const other = connect(new Root())
    const counter = await other.remote.getCounter()
    const { root, remote } = connect(new Root())
    await remote.echo(counter)
    const stand = root.seen as Remote<Counter>
    expect(stand.info).toEqual({ name: 'counter' })
    const { echo } = root
    root.echo = value => (value as Counter).add(4)
    expect(await remote.echo(counter)).toBe(4)
    root.echo = echo
    expect(other.root.counter.count).toBe(4)
  })

  test('a symbol stays, and comes home as itself', async () => {
    const symbol = Symbol('mine')
    expect(await connect(new Root()).remote.echo({ symbol })).toEqual({ symbol })
  })

  test('an object of a class can be in a message', async () => {
    expect(await connect(new Root()).remote.describe(new Counter())).toContain('"name":"counter"')
  })

  test('a function is called where it is, and awaited; what it returns stays there', async () => {
    const seen: number[] = []
    const results = await connect(new Root()).remote.twice(async n => {
      await later()
      seen.push(n)
      return new Counter()
    })
    expect([seen, results]).toEqual([
      [1, 2],
      [undefined, undefined],
    ])
  })

  test('one function for two calls at once', async () => {
    const { remote } = connect(new Root())
    const seen: number[] = []
    const push = (n: number) => seen.push(n)
    await Promise.all([remote.twice(push), remote.twice(push)])
    expect(seen.sort()).toEqual([1, 1, 2, 2])
  })

  test('steering is followed', async () => {
    const { remote } = connect(new Root())
    const steering = new Steering()
    steering.set({ isPaused: true })
    const answer = remote.followed(steering)
    await later()
    steering.set({ isPaused: false, isStopped: true })
    expect(await answer).toEqual([true, false, true])
  })
})

describe('what is thrown', () => {
  test('an error of this package has its class, code and words', async () => {
    const error = await connect(new Root())
      .remote.fail()
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ShapeError)
    expect(error).toMatchObject({
      name: 'ShapeError',
      code: 'ERR_SHAPE',
      message: 'a matrix of 2 × 3, expected 3 × 2',
    })
    expect(String((error as Error).stack)).toContain('a matrix of 2 × 3')
  })

  test.each([
    [new DataError('ERR_DATA_MAGIC', 'no IDX file', { cause: new RangeError('inner') })],
    [new RangeError('mine')],
    ['text'],
  ])('%s comes back as itself', async thrown => {
    await expect(connect(new Root()).remote.throwing(thrown)).rejects.toBe(thrown)
  })

  test.each([[new TypeError('mine')], [{ reason: 'an object' }], [Symbol('mine')], [() => 'mine']])(
    '%o of a callback comes through as itself',
    async mine => {
      const answer = connect(new Root()).remote.twice(() => {
        throw mine
      })
      await expect(answer).rejects.toBe(mine)
    },
  )

  test('an error of a callback whose fields cannot be cloned', async () => {
    const mine = Object.assign(new Error('mine'), { code: () => 1, stack: [() => 1], name: Symbol('mine') })
    const answer = connect(new Root()).remote.twice(() => {
      throw mine
    })
    await expect(answer).rejects.toBe(mine)
  })

  test.each(platformErrors())('%s of a callback comes through as itself', async (_, thrown) => {
    const { link, remote } = connect(new Root())
    const answers = remote.twice(() => {
      throw thrown
    })
    await expect(answers).rejects.toBe(thrown)
    expect(link).toBeDefined()
    expect(await remote.echo(1)).toBe(1)
  })

  const whole = platformErrors().filter(([what]) => /^(DOMException |\w+(Error|Exception)$)/.test(what))
  test.each(whole)('%s of the other thread is described', async (_, thrown) => {
    const { root, remote } = connect(new Root())
    root.echo = () => root.throwing(thrown)
    const error = await remote.echo(1).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    const { name, message } = thrown as Error
    expect(error).toMatchObject({ name: name ?? 'Error', message })
  })

  test('a DOMException is one there, with its name and code', async () => {
    const { remote } = connect(new Root())
    let seen: unknown
    const { root, remote: other } = connect(new Root())
    root.echo = () => root.throwing(new DOMException('full', 'QuotaExceededError'))
    await other.echo(1).catch((reason: unknown) => {
      seen = reason
    })
    expect(seen).toBeInstanceOf(DOMException)
    expect(seen).toMatchObject({ name: 'QuotaExceededError', message: 'full', code: 22 })
    await expect(remote.throwing(seen)).rejects.toBe(seen)
  })

  test('fields that can be copied are, and so is the cause', async () => {
    const { root, remote } = connect(new Root())
    const cause = Object.assign(new TypeError('inner'), { code: 'ENOENT', errno: -2, path: '/nowhere' })
    const errors = [new RangeError('one')]
    root.echo = () =>
      root.throwing(Object.assign(new AggregateError(errors, 'mine', { cause }), { at: { row: 3 } }))
    const error = (await remote.echo(1).catch((reason: unknown) => reason)) as AggregateError
    expect(error).toBeInstanceOf(AggregateError)
    expect(error.errors).toEqual(errors)
    expect(error).toMatchObject({ message: 'mine', at: { row: 3 } })
    expect(error.cause).toBeInstanceOf(TypeError)
    expect(error.cause).toMatchObject({ message: 'inner', code: 'ENOENT', errno: -2, path: '/nowhere' })
  })

  test('a method that is not there', async () => {
    const remote = connect(new Root()).remote as unknown as { nothing(): Promise<void> }
    await expect(remote.nothing()).rejects.toThrow('has no nothing')
  })
})

describe('what cannot be sent', () => {
  const detached = () => {
    const { buffer } = Float32Array.of(1)
    structuredClone(buffer, { transfer: [buffer] })
    return buffer
  }

  test('fails its call alone', async () => {
    const { link, remote } = connect(new Root())
    let isBusy: boolean | undefined
    link.onBusy = is => {
      isBusy = is
    }
    await expect(remote.echo(detached())).rejects.toMatchObject({ name: 'DataCloneError' })
    expect(isBusy).toBe(false)
    expect(await remote.echo(1)).toBe(1)
  })

  test('of what was thrown, its message and the reason are', async () => {
    let refusals = 1
    const there: Link = new Link(new Root(), message => {
      if (message.type === 'failure' && refusals-- > 0) throw new RangeError('no room')
      queueMicrotask(() => here.receive(structuredClone(message)))
    })
    const here: Link = new Link({}, message => queueMicrotask(() => there.receive(structuredClone(message))))
    const remote = here.root<Remote<Root>>()
    await expect(remote.throwing(new TypeError('the wrong kind'))).rejects.toThrow(
      'the wrong kind (RangeError: no room)',
    )
    expect(await remote.echo(1)).toBe(1)
  })
})

describe('a call is cancelled', () => {
  test.each([['enough'], [new Error('enough')], [{ why: 'enough' }], [Symbol('enough')], [null]])(
    'by a signal: %s',
    async reason => {
      const { remote } = connect(new Root())
      const controller = new AbortController()
      const answer = remote.untilAborted({ signal: controller.signal })
      await later()
      controller.abort(reason)
      await expect(answer).rejects.toBe(reason)
    },
  )

  test('by a signal that is of another realm', async () => {
    const { signal, abort } = controllerOfOtherRealm()
    const { remote } = connect(new Root())
    const answer = remote.untilAborted({ signal })
    await later()
    abort('enough')
    await expect(answer).rejects.toBe('enough')
  })

  test.each([
    ['at once', (abort: () => void) => abort()],
    [
      'later',
      async (abort: () => void) => {
        await later()
        abort()
      },
    ],
  ])('by a signal that a callback aborts, %s: the other thread knows, and decides', async (_, callback) => {
    const { remote } = connect(new Root())
    const controller = new AbortController()
    const { signal } = controller
    const answer = remote.callingBack({ callback: () => callback(() => controller.abort()), signal })
    expect(await answer).toBe('done')
  })

  test('by a signal that two calls have', async () => {
    const { remote } = connect(new Root())
    const { signal, abort } = (() => {
      const controller = new AbortController()
      return { signal: controller.signal, abort: () => controller.abort('enough') }
    })()
    const answers = Promise.allSettled([remote.untilAborted({ signal }), remote.untilAborted({ signal })])
    await later()
    abort()
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  test('by a signal, although the other thread had done with it', async () => {
    const { remote } = connect(new Root())
    const counter = (await remote.getCounter()) as unknown as Remote<Counter>
    const controller = new AbortController()
    const answer = counter.slowly({ signal: controller.signal })
    controller.abort('at once')
    await expect(answer).rejects.toBe('at once')
  })

  test('by the end of the link, as is every later one', async () => {
    const { link, remote } = connect(new Root())
    const counter = (await remote.getCounter()) as unknown as Remote<Counter>
    const busy: boolean[] = []
    link.onBusy = isBusy => busy.push(isBusy)
    const answer = counter.slowly({ signal: undefined })
    const end = new WorkerError('the worker has ended')
    link.close(end)
    await expect(answer).rejects.toBe(end)
    await expect(counter.add(1)).rejects.toBe(end)
    void counter.dispose() // is no rejection that nobody handles
    expect(busy).toEqual([true, false])
  })
})
