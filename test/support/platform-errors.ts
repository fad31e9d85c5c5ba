// Everything that the platform may throw: an error of each name and of each class that it has, as they come and broken.

/** Names of the Web IDL standard's table of DOMExceptions, and those of later interfaces. */
const NAMES = [
  'IndexSizeError',
  'HierarchyRequestError',
  'WrongDocumentError',
  'InvalidCharacterError',
  'NoModificationAllowedError',
  'NotFoundError',
  'NotSupportedError',
  'InUseAttributeError',
  'InvalidStateError',
  'SyntaxError',
  'InvalidModificationError',
  'NamespaceError',
  'InvalidAccessError',
  'TypeMismatchError',
  'SecurityError',
  'NetworkError',
  'AbortError',
  'URLMismatchError',
  'QuotaExceededError',
  'TimeoutError',
  'InvalidNodeTypeError',
  'DataCloneError',
  'EncodingError',
  'NotReadableError',
  'UnknownError',
  'ConstraintError',
  'DataError',
  'TransactionInactiveError',
  'ReadOnlyError',
  'VersionError',
  'OperationError',
  'NotAllowedError',
  'OptOutError',
  'a name of its own',
]

/** Arguments, of which each class of errors takes one list. */
const ARGUMENTS: unknown[][] = [
  ['mine'],
  [[new Error('inner')], 'mine'],
  [new Error('inner'), new Error('suppressed'), 'mine'],
  [{ errorDetail: 'data-channel-failure' }, 'mine'],
  [{ message: 'mine' }],
  [],
]

type ErrorClass = new (...args: unknown[]) => object

/** The classes of errors that this thread has, by their names. */
function errorClasses(): [string, ErrorClass][] {
  const found: [string, ErrorClass][] = []
  for (const scope of [globalThis, WebAssembly] as unknown as Record<string, unknown>[]) {
    for (const name of Object.getOwnPropertyNames(scope)) {
      if (!/^[A-Z].*(Error|Exception)$/.test(name)) continue
      const value = scope[name]
      if (typeof value === 'function') found.push([name, value as ErrorClass])
    }
  }
  return found
}

function construct(kind: ErrorClass): object | undefined {
  for (const args of ARGUMENTS) {
    try {
      return new kind(...args)
    } catch {}
  }
  return undefined
}

/** What is thrown, each with what it is. */
export function platformErrors(): [string, unknown][] {
  const thrown: [string, unknown][] = NAMES.map(name => [
    `DOMException ${name}`,
    new DOMException('mine', name),
  ])
  for (const [name, kind] of errorClasses()) {
    const error = construct(kind)
    if (error) thrown.push([name, error])
    thrown.push([`an object with the prototype of ${name}`, Object.create(kind.prototype)])
    thrown.push([
      `an Error with the prototype of ${name}`,
      Object.setPrototypeOf(new Error('mine'), kind.prototype),
    ])
    thrown.push([`an Error with the name ${name}`, Object.assign(new Error('mine'), { name })])
  }
  const circular = new Error('mine')
  circular.cause = new Error('inner', { cause: circular })
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const throwing = {
    get stack(): string {
      throw new Error('no stack')
    },
  }
  class Checked extends Error {
    readonly #secret = 1
    override get name(): string {
      return `Checked${this.#secret}`
    }
  }
  thrown.push(
    ['a cause that is its own', circular],
    ['a revoked proxy', proxy],
    ['a getter that throws', throwing],
    ['a class with a checked getter', new Checked('mine')],
    ['an object with the prototype of such a class', Object.create(Checked.prototype)],
    ['fields that cannot be copied', Object.assign(new Error('mine'), { code: () => 1, at: document_() })],
    ['a name that is no text', Object.assign(new Error('mine'), { name: Symbol('name') })],
    ['a message that is no text', Object.assign(new Error('mine'), { message: Object.create(null) })],
    ['an error with a frozen class', Object.freeze(new RangeError('mine'))],
    ['undefined', undefined],
    ['null', null],
    ['a text', 'mine'],
    ['a symbol', Symbol('mine')],
    ['a function', () => 'mine'],
    ['an object', { reason: 'mine' }],
  )
  return thrown
}

/** Something that no thread can copy. */
const document_ = (): unknown => new WeakMap()
