// The check that stands before every use of an options object.
import { ArgumentError } from './errors.ts'

/**
 * Throws {@link ArgumentError} unless `options` is an object. `call` and `example` are for the message:
 * `fit takes its options as an object, such as { epochs: 5 }, got null`.
 */
export function checkOptions(call: string, options: unknown, example: string): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return
  const found = options === null ? 'null' : Array.isArray(options) ? 'an array' : typeof options
  throw new ArgumentError(`${call} takes its options as an object, such as ${example}, got ${found}`)
}
