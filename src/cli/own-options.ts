// Options that go with some values of another one, such as --momentum with three values of --optimizer.
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { OptionRule, OptionTable } from '../optimizers/named-options.ts'
import { parserFor } from './option-json.ts'
import { kebabCase, listed } from './option-values.ts'

/** An option for some of the names that another option chooses from. */
interface OwnOption {
  /** As commander has it: `--momentum <share>`. */
  readonly flags: string
  readonly description: string
  /** Throws commander's InvalidArgumentError. Without it, the option takes no value. */
  readonly parse: ((text: string) => number | string) | undefined
  /** Its name in the API. */
  readonly key: string
  /** The names that take it; all where undefined. */
  readonly takers: readonly string[] | undefined
  /** The names that must have it. */
  readonly needers: readonly string[]
}

/**
 * The options of a table's rows. `texts` are their meanings, in the order of the help. `spellings` are for options that
 * are written otherwise than in the API, or whose value has another name than in its rule.
 */
export function ownOptionsOf(
  table: OptionTable,
  texts: Readonly<Record<string, string>>,
  spellings: { readonly [Option in string]?: string } = {},
): readonly OwnOption[] {
  return Object.entries(texts).map(([key, text]) => {
    const rules = Object.entries(table).flatMap(([name, { options }]): [string, OptionRule][] => {
      const rule = options[key]
      return rule ? [[name, rule]] : []
    })
    const takers = rules.map(([name]) => name)
    const [first] = rules.map(([, rule]) => rule)
    const isFlag = typeof first?.standard === 'boolean'
    return {
      key,
      flags: `--${spellings[key] ?? `${kebabCase(key)}${isFlag ? '' : placeholderOf(first)}`}`,
      description: `${text}${isFlag ? '' : defaultsOf(rules)}`,
      parse: isFlag ? undefined : parserOf(rules.map(([, rule]) => rule)),
      takers: takers.length < Object.keys(table).length ? takers : undefined,
      needers: rules.flatMap(([name, { standard }]) => (standard === undefined ? [name] : [])),
    }
  })
}

/** The help's name for a value. */
function placeholderOf(rule: OptionRule | undefined): string {
  if (rule?.expected.includes('epochs')) return ' <epochs>'
  return rule?.expected.includes('[0, 1)') ? ' <share>' : ' <number>'
}

/** ` (default: 0.9, rmsprop 0)`: the commonest, then the names with another one. */
function defaultsOf(rules: readonly [string, OptionRule][]): string {
  const given = rules.map(([, rule]) => rule.standard).filter(value => value !== undefined)
  const countOf = (value: unknown) => given.filter(other => other === value).length
  const standard = given.reduce((best, value) => (countOf(value) > countOf(best) ? value : best), given[0])
  if (standard === undefined) return ''
  const others = rules.filter(([, rule]) => rule.standard !== standard && rule.standard !== undefined)
  const needers = rules.filter(([, rule]) => rule.standard === undefined).map(([name]) => kebabCase(name))
  const defaults = [standard, ...others.map(([name, rule]) => `${kebabCase(name)} ${rule.standard}`)]
  return ` (default: ${defaults.join(', ')}${needers.length > 0 ? `; ${needers.join(', ')} needs it` : ''})`
}

/** Parses what one of the rules accepts; which one counts is known after all options. */
function parserOf(rules: readonly OptionRule[]) {
  const isNumber = rules.every(({ standard }) => typeof standard !== 'string')
  return parserFor({ type: isNumber ? 'number' : 'string' }, (text: string): number | string => {
    const value = isNumber ? Number(text) : text
    if (text.trim() !== '' && rules.some(({ accepts }) => accepts(value))) return value
    throw new InvalidArgumentError(`expected ${rules[0]?.expected}`)
  })
}

/** Adds the options; the help says which names take them. */
export function addOwnOptions(command: Command, options: readonly OwnOption[]) {
  for (const { flags, description, parse, takers } of options) {
    const option = new Option(flags, takers ? `${listed(takers)}: ${description}` : description)
    command.addOption(parse ? option.argParser(parse) : option)
  }
}

/**
 * The given options, by the API's names. Throws InvalidArgumentError for an option that does not go with `name`, the
 * value of `chooser`, and for a missing one that `name` needs.
 */
export function ownValues(
  chooser: string,
  name: string,
  options: readonly OwnOption[],
  given: object,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const { flags, key, takers, needers } of options) {
    const option = new Option(flags)
    const value = Object.entries(given).find(([attribute]) => attribute === option.attributeName())?.[1]
    if (value === undefined) {
      if (!needers.includes(name)) continue
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
