// Options that go with some values of another one, such as --momentum with three values of --optimizer.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { kebabCase, listed } from './option-values.ts'

/** An option that belongs to some of the names that another option chooses from. */
export interface OwnOption<Name extends string> {
  /** As commander has it: `--momentum <share>`. */
  readonly flags: string
  readonly description: string
  /** Throws commander's InvalidArgumentError. Without it, the option takes no value. */
  readonly parse?: (text: string) => number | string
  /** What the API calls it. */
  readonly key: string
  /** The names that take it; all where undefined. */
  readonly takers?: readonly Name[]
  /** The names that must have it. */
  readonly needers?: readonly Name[]
}

/** Adds the options; the help says which names take them. */
export function addOwnOptions<Name extends string>(command: Command, options: readonly OwnOption<Name>[]) {
  for (const { flags, description, parse, takers } of options) {
    const option = new Option(flags, takers ? `${listed(takers)}: ${description}` : description)
    command.addOption(parse ? option.argParser(parse) : option)
  }
}

/**
 * What was given, by the API's names. Throws InvalidArgumentError for an option that does not go with `name`, which is
 * what `chooser` has chosen, and where one is missing that `name` needs.
 */
export function ownValues<Name extends string>(
  chooser: string,
  name: Name,
  options: readonly OwnOption<Name>[],
  given: object,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const { flags, key, takers, needers } of options) {
    const option = new Option(flags)
    const value = Object.entries(given).find(([attribute]) => attribute === option.attributeName())?.[1]
    if (value === undefined) {
      if (!needers?.includes(name)) continue
      throw new InvalidArgumentError(`${chooser} ${kebabCase(name)} needs ${flags}`)
    }
    if (takers && !takers.includes(name)) {
      const others = listed(takers).replace(/, ([^,]*)$/, ' or $1')
      throw new InvalidArgumentError(`${option.long} is for ${chooser} ${others}, not ${kebabCase(name)}`)
    }
    values[key] = value
  }
  return values
}
