// The checks before every use of an options object. No option that a caller gives is silently ignored.
import { describeValue, kindOf } from './describe-value.ts'
import { ArgumentError } from './errors.ts'
import { hintAt } from './nearest-name.ts'

/** All names of the options: `true` for flags, 1 for others. The compiler keeps such a list exact. */
export type OptionNames<Options> = {
  readonly [Name in Options extends unknown ? keyof Options : never]-?: IsFlag<
    NonNullable<ValueOf<Options, Name>>
  > extends true
    ? true
    : 1
}

type IsFlag<Value> = [Value] extends [never] ? false : [Value] extends [boolean] ? true : false

type ValueOf<Options, Name> = Options extends unknown
  ? Name extends keyof Options
    ? Options[Name]
    : never
  : never

/** For each name of named options, such as `{ name: 'adam', beta1: 0.9 }`, its other options. */
export type NamedOptions<Options extends { name: string }, Value = 1> = {
  readonly [Name in Options['name']]: Readonly<Record<OwnNames<Options, Name>, Value>>
}

type OwnNames<Options extends { name: string }, Name> = Options extends unknown
  ? Name extends Options['name']
    ? Exclude<keyof Options, 'name'>
    : never
  : never

/**
 * Throws {@link ArgumentError} unless `options` is an object with known names, whose callbacks are functions, whose
 * signal is one, and whose flags are true or false. `call` and `example` are for the message: `fit takes its options as
 * an object, such as { epochs: 5 }, got null`.
 */
export function checkOptions<Options extends object>(
  call: string,
  options: Options,
  example: string,
  names: NoInfer<OptionNames<Options>>,
): void {
  checkObject(call, options, example)
  checkNames(call, options, names)
  const isFlag: Record<string, unknown> = names
  for (const name in options) {
    const value: unknown = options[name]
    if (value === undefined) continue
    const expected =
      isFlag[name] === true
        ? typeof value !== 'boolean' && 'true or false'
        : value !== null &&
          (name === 'signal'
            ? typeof (value as AbortSignal).throwIfAborted !== 'function' && "an AbortController's signal"
            : isCallback(name) && typeof value !== 'function' && 'a function')
    if (expected)
      throw new ArgumentError(`${name} of ${call} is ${describeValue(value)}: expected ${expected}`)
  }
}

/** Throws {@link ArgumentError} unless `options` is an object. */
export function checkObject(call: string, options: unknown, example: string): void {
  const kind = kindOf(options)
  if (kind === 'Object') return
  const found =
    kind === 'Array'
      ? 'an array'
      : options === null
        ? 'null'
        : typeof options === 'object'
          ? kind
          : typeof options
  throw new ArgumentError(`${call} takes its options as an object, such as ${example}, got ${found}`)
}

/** Throws {@link ArgumentError} where `options` has a name that is not in the list. */
export function checkNames(call: string, options: object, names: object): void {
  // Inherited ones count as well: code that reads an option finds them.
  for (const name in options) {
    if (Object.hasOwn(names, name)) continue
    const known = Object.keys(names)
    throw new ArgumentError(
      `${call} has no option ${name.slice(0, 100)}${hintAt(name, known)}: it takes ${known.join(', ') || 'none'}`,
    )
  }
}

/**
 * Throws {@link ArgumentError} for an options object given to a function that takes none. `more` are the arguments
 * after its own. Other extra arguments are accepted, such as those from `map`.
 */
export function checkNoOptions(call: string, more: readonly unknown[], advice = ''): void {
  const options = more.find(value => typeof value === 'object' && !Array.isArray(value))
  if (options)
    throw new ArgumentError(
      `${call} takes no options, got ${Object.keys(options).join(', ').slice(0, 100)}${advice}`,
    )
}

/** The error for an unknown name: `unknown loss "mse" (did you mean meanSquaredError?): expected …`. */
export function unknownName(what: string, name: unknown, names: readonly string[], more = ''): ArgumentError {
  const known = names.map(known => `'${known}'`).join(', ')
  return new ArgumentError(`${what} ${describeValue(name)}${hintAt(name, names)}: expected ${known}${more}`)
}

/** Whether it is the name of a callback, such as onEpochEnd. */
const isCallback = (name: string) => /^on[A-Z]/.test(name) && name !== 'onNonFinite'
