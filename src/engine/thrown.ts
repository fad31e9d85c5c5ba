// Thrown values on their way from one thread to another. They may be of any class, with fields that cannot be copied
// and getters that throw: platform error classes check the receiver of their getters.
import { kindOf } from '../describe-value.ts'

/** What the other thread learns of an error. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly stack: string
  readonly isDomException: boolean
  /** Its own fields, as far as they can be copied. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly cause: PlainError | undefined
}

/** The depth of causes that are sent, since they may be circular. */
const DEPTH = 4

/** Undefined for anything but errors. Never throws. */
export function toPlainError(value: unknown, depth = DEPTH): PlainError | undefined {
  const read = (key: string) => attempt(() => (value as Record<string, unknown>)[key])
  const text = (key: string) => attempt(() => String(read(key) ?? '')) ?? ''
  const kind = attempt(() => kindOf(value))
  const isLikeOne = typeof value === 'object' && typeof read('message') === 'string'
  if (!isLikeOne && kind !== 'Error') return undefined
  const keys = attempt(() => [...Object.keys(value as object), 'errors']) ?? []
  const copies = keys.map(key => [key, attempt(() => structuredClone(read(key)))] as const)
  return {
    name: text('name') || 'Error',
    message: text('message'),
    stack: text('stack'),
    isDomException: kind === 'DOMException',
    // Not by assignment: a frozen prototype would refuse fields that have the names of its own.
    fields: Object.fromEntries(copies.filter(([, copy]) => copy !== undefined)),
    cause: depth > 0 ? toPlainError(read('cause'), depth - 1) : undefined,
  }
}

/**
 * An error of the same class, if that is among the given ones (by name) or built into the language. Of platform
 * classes, only `DOMException` is made, by its constructor: others need what theirs does.
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
  typeof kind === 'function' && 'message' in Object(kind.prototype) ? kind.prototype : undefined

/** A class of the language has its name as data; other error classes have getters. */
function languagePrototype(name: string): object | undefined {
  const scope = globalThis as unknown as Record<string, unknown>
  const found = prototypeOf(scope[name] ?? Object(scope.WebAssembly)[name])
  return found && Object.getOwnPropertyDescriptor(found, 'name')?.value === name ? found : undefined
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
