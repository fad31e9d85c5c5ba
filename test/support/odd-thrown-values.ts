// What a program may throw, of which much cannot be copied to another thread, or even looked at. By name; each is made anew.

const failing = (key: string) => ({
  get() {
    throw new Error(`get ${key}`)
  },
  enumerable: true,
  configurable: true,
})

/** An error whose named properties throw when they are read; `stack` first, whose definition reads the others. */
const withGetters = (...keys: string[]) =>
  Object.defineProperties(new Error('odd'), Object.fromEntries(keys.map(key => [key, failing(key)])))

function cyclic(): Error {
  const error = new Error('cyclic')
  error.cause = error
  return error
}

function deep(): Error {
  let error = new Error('innermost')
  for (let i = 0; i < 10_000; ++i) error = new Error(`around ${i}`, { cause: error })
  return error
}

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const trap = () => {
  throw new Error('trap')
}

const aggregate = (errors: unknown[]) => new AggregateError(errors, 'several')

function cyclicAggregate(): AggregateError {
  const error = aggregate([])
  error.errors.push(error)
  return error
}

export const ODD_VALUES: Readonly<Record<string, () => unknown>> = {
  'a cyclic cause': cyclic,
  'a cause of a cyclic cause': () => new Error('outer', { cause: cyclic() }),
  'a cyclic cause in a field': () => Object.assign(new Error('outer'), { inner: cyclic() }),
  'causes ten thousand deep': deep,
  'a stack that throws': () => withGetters('stack'),
  'a stack that throws in a field': () => Object.assign(new Error('outer'), { inner: withGetters('stack') }),
  'a stack that throws in a cause': () => new Error('outer', { cause: withGetters('stack') }),
  'properties that throw': () =>
    withGetters(
      'stack',
      'name',
      'message',
      'cause',
      'code',
      'errors',
      'toString',
      'constructor',
      'then',
      'life',
    ),
  'a tag that throws': () => Object.defineProperty(new Error('odd'), Symbol.toStringTag, failing('tag')),
  'a field named like a method': () => Object.assign(new Error('odd'), { toString: 1, hasOwnProperty: 2 }),
  'a proxy': () => new Proxy(new Error('behind'), {}),
  'a proxy that throws': () =>
    new Proxy(new Error('behind'), { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap }),
  'a revoked proxy': revoked,
  'a frozen error': () => Object.freeze(new Error('frozen')),
  'a text': () => 'text',
  undefined: () => undefined,
  null: () => null,
  'a symbol': () => Symbol('odd'),
  'a bigint': () => 10n,
  NaN: () => Number.NaN,
  'a function': () => () => 1,
  'an object without a prototype': () => Object.create(null),
  'an object that looks like a link’s own': () => ({ $: 'yours', id: 0, message: 'odd' }),
  'a message of 10 MB': () => new Error('x'.repeat(1e7)),
  'a message that is no text': () => Object.assign(new Error('odd'), { message: { toString: trap } }),
  'a name that is a symbol': () => Object.assign(new Error('odd'), { name: Symbol('odd') }),
  'fields that cannot be copied': () =>
    Object.assign(new Error('odd'), { call: () => 1, later: Promise.resolve(), weak: new WeakMap() }),
  'several errors': () => aggregate([new Error('1'), new TypeError('2'), 3]),
  'several errors, among them itself': cyclicAggregate,
  'several errors that cannot be copied': () => aggregate([new Error('1'), () => 1]),
  'an exception of the DOM': () => new DOMException('odd', 'DataError'),
  'an object with the prototype of one': () => Object.create(DOMException.prototype),
}
