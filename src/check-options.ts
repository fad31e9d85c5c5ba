// The checks that stand before every use of an options object.
import { ArgumentError } from './errors.ts'

/**
 * Throws {@link ArgumentError} unless `options` is an object whose callbacks are functions and whose signal is one, and,
 * where `names` are given, has no others. `call` and `example` are for the message:
 * `fit takes its options as an object, such as { epochs: 5 }, got null`.
 */
export function checkOptions(
  call: string,
  options: unknown,
  example: string,
  names?: readonly string[],
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const found = options === null ? 'null' : Array.isArray(options) ? 'an array' : typeof options
    throw new ArgumentError(`${call} takes its options as an object, such as ${example}, got ${found}`)
  }
  for (const [name, value] of Object.entries(options)) {
    if (names && !names.includes(name)) {
      throw new ArgumentError(`${call} has no option ${name}: it takes ${names.join(', ')}`)
    }
    if (value === undefined || value === null) continue
    const isRight =
      name === 'signal'
        ? typeof value.throwIfAborted === 'function'
        : !isCallback(name) || typeof value === 'function'
    if (isRight) continue
    const expected = name === 'signal' ? "an AbortController's signal" : 'a function'
    throw new ArgumentError(`${name} of ${call} is of type ${typeof value}: expected ${expected}`)
  }
}

/** Whether it is the name of something to be called, such as onEpochEnd. */
const isCallback = (name: string) => /^on[A-Z]/.test(name) && name !== 'onNonFinite'
