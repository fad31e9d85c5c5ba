// The checks that stand before every use of an options object: no option that a caller gives is dropped.
import { describeValue } from './describe-value.ts'
import { ArgumentError } from './errors.ts'
import { hintAt } from './nearest-name.ts'

/** All names that options can have. The compiler keeps such a list complete, and free of others. */
export type OptionNames<Options> = Readonly<Record<Options extends unknown ? keyof Options : never, 1>>

/** For each name of options that have one, such as `{ name: 'adam', beta1: 0.9 }`, what the others are. */
export type NamedOptions<Options extends { name: string }, Value = 1> = {
  readonly [Name in Options['name']]: Readonly<Record<OwnNames<Options, Name>, Value>>
}

type OwnNames<Options extends { name: string }, Name> = Options extends unknown
  ? Name extends Options['name']
    ? Exclude<keyof Options, 'name'>
    : never
  : never

/**
 * Throws {@link ArgumentError} unless `options` is an object that has no names but those in the list, whose callbacks are
 * functions and whose signal is one. `call` and `example` are for the message:
 * `fit takes its options as an object, such as { epochs: 5 }, got null`.
 */
export function checkOptions<Options extends object>(
  call: string,
  options: Options,
  example: string,
  names: NoInfer<OptionNames<Options>>,
): void {
  checkObject(call, options, example)
  checkNames(call, options, names)
  for (const [name, value] of Object.entries(options)) {
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

/** Throws {@link ArgumentError} unless `options` is an object. */
export function checkObject(call: string, options: unknown, example: string): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return
  const found = options === null ? 'null' : Array.isArray(options) ? 'an array' : typeof options
  throw new ArgumentError(`${call} takes its options as an object, such as ${example}, got ${found}`)
}

/** Throws {@link ArgumentError} where `options` has a name that is not in the list. */
export function checkNames(call: string, options: object, names: object): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue
    const known = Object.keys(names)
    throw new ArgumentError(
      `${call} has no option ${name}${hintAt(name, known)}: it takes ${known.join(', ') || 'none'}`,
    )
  }
}

/**
 * Throws {@link ArgumentError} where an object of options is given to a function that takes none: `more` are the arguments
 * behind its own. Other arguments that are too many are let pass, as those that `map` gives are.
 */
export function checkNoOptions(call: string, more: readonly unknown[], advice = ''): void {
  const options = more.find(value => typeof value === 'object' && !Array.isArray(value))
  if (options)
    throw new ArgumentError(`${call} takes no options, got ${Object.keys(options).join(', ')}${advice}`)
}

/** The error for a name that is none of those that there are: `unknown loss "mse" (did you mean meanSquaredError?): expected …`. */
export function unknownName(what: string, name: unknown, names: readonly string[], more = ''): ArgumentError {
  const known = names.map(known => `'${known}'`).join(', ')
  return new ArgumentError(`${what} ${describeValue(name)}${hintAt(name, names)}: expected ${known}${more}`)
}

/** Whether it is the name of something to be called, such as onEpochEnd. */
const isCallback = (name: string) => /^on[A-Z]/.test(name) && name !== 'onNonFinite'
