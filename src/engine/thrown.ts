// What is thrown, on its way from one thread to another. It may be of any class, with fields that are no data and getters
// that throw: the class of a platform's error checks what its getters are called on.

/** What is known of an error in the other thread. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly stack: string
  readonly isDomException: boolean
  /** Its own, as far as they can be copied. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly cause: PlainError | undefined
}

/** Causes of causes that are told of: they may go in a circle. */
const DEPTH = 4

/** Undefined for what is no error. Never throws. */
export function toPlainError(value: unknown, depth = DEPTH): PlainError | undefined {
  const read = (key: string) => attempt(() => (value as Record<string, unknown>)[key])
  const text = (key: string) => attempt(() => String(read(key) ?? '')) ?? ''
  // Some of a platform's errors, and those of another realm, such as a frame's, are no instances of this one's Error.
  const isLikeOne = typeof value === 'object' && typeof read('message') === 'string'
  if (!isLikeOne && !attempt(() => value instanceof Error)) return undefined
  const fields: Record<string, unknown> = {}
  for (const key of attempt(() => [...Object.keys(value as object), 'errors']) ?? []) {
    const copy = attempt(() => structuredClone(read(key)))
    if (copy !== undefined) fields[key] = copy
  }
  return {
    name: text('name') || 'Error',
    message: text('message'),
    stack: text('stack'),
    isDomException: attempt(() => value instanceof DOMException) ?? false,
    fields,
    cause: depth > 0 ? toPlainError(read('cause'), depth - 1) : undefined,
  }
}

/**
 * An error of the same class, if that is among those given, by their names, or the language has it. Of the platform's
 * classes there is `DOMException`, which is made by its constructor: others cannot do without what theirs does.
 */
export function makeError(
  { name, message, stack, isDomException, fields, cause }: PlainError,
  classes: Readonly<Record<string, unknown>>,
): Error {
  const error = isDomException ? new DOMException(message, name) : new Error(message)
  if (!isDomException) {
    const prototype = prototypeOf(classes[name]) ?? languagePrototype(name)
    if (prototype) Object.setPrototypeOf(error, prototype)
  }
  const define = (key: string, value: unknown, enumerable = false) =>
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true })
  if (error.name !== name) define('name', name)
  define('stack', stack)
  if (cause) define('cause', makeError(cause, classes))
  for (const [key, value] of Object.entries(fields)) define(key, value, key !== 'errors')
  return error
}

const prototypeOf = (kind: unknown): object | undefined =>
  typeof kind === 'function' && kind.prototype instanceof Error ? kind.prototype : undefined

/** A class of the language has its name as data; other classes of errors have getters. */
function languagePrototype(name: string): object | undefined {
  const scope = globalThis as unknown as Record<string, unknown>
  const found = prototypeOf(scope[name] ?? (WebAssembly as unknown as Record<string, unknown>)[name])
  return found && Object.getOwnPropertyDescriptor(found, 'name')?.value === name ? found : undefined
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
