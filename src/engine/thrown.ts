// Errors on their way from one thread to another.

/** What is known of an error in the other thread. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly stack: string
  /** Of the errors of this package. */
  readonly code: unknown
  readonly cause: PlainError | undefined
}

/** Whether it is an error, whose words go with it. */
export const isCoded = (value: unknown): value is Error => value instanceof Error

/** Others' errors may have anything in their fields. */
export function toPlainError(error: Error): PlainError {
  const { name, message, stack, cause, code } = error as Error & { code?: unknown }
  return {
    name: String(name),
    message: String(message),
    stack: String(stack),
    code: ['string', 'number'].includes(typeof code) ? code : undefined,
    cause: isCoded(cause) ? toPlainError(cause) : undefined,
  }
}

/** An error of the same class, if that is among those known here, by their names, or the language has it. */
export function makeError(
  { name, message, stack, code, cause }: PlainError,
  classes: Readonly<Record<string, unknown>>,
): Error {
  const error = new Error(message, cause && { cause: makeError(cause, classes) })
  const kind = classes[name] ?? (globalThis as Record<string, unknown>)[name]
  if (typeof kind === 'function' && kind.prototype instanceof Error)
    Object.setPrototypeOf(error, kind.prototype)
  // Fields of their own, as the classes of this package have them.
  if (error.name !== name || code !== undefined) Object.assign(error, { name })
  if (code !== undefined) Object.assign(error, { code })
  error.stack = stack
  return error
}
