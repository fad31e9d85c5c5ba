// `wasmlp train --config`: what flags say, in a JSON file. A training with --out leaves one, which repeats it.
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, InvalidArgumentError, type Option } from 'commander'
import { describeValue } from '../describe-value.ts'
import { FormatError } from '../errors.ts'
import { hintAt } from '../nearest-name.ts'
import { locationName, quoted } from '../quote-names.ts'
import { parseJson } from '../strict-json.ts'
import { Failure } from './failure.ts'
import { readBytes } from './files.ts'
import { type JsonSchema, jsonOf } from './option-json.ts'
import { kebabCase } from './option-values.ts'
import { type ColumnFlag, columnText, REPEATED } from './table-options.ts'

/** Options that say nothing of the training itself. */
const NOT_IN_CONFIG = ['help', 'config', 'json', 'log', 'vectors']

/** Options that a configuration for a repetition leaves out: its checkpoints are those of a training that is over. */
const NOT_WRITTEN = ['checkpoint', 'checkpointEvery', 'resume']

/** Options that name files. */
const PLACES = ['data', 'test', 'init', 'checkpoint', 'out']

/** The options of a configuration by their keys: the flag's name without dashes, as the API spells names. */
function optionsOf(command: Command): Map<string, Option> {
  const options = new Map<string, Option>()
  for (const option of command.options) {
    const name = option.attributeName()
    if (!NOT_IN_CONFIG.includes(name) && !options.has(keyOf(option))) options.set(keyOf(option), option)
  }
  return options
}

/** `validation` of `--validation, --validation-split`. */
const keyOf = (option: Option): string =>
  option.short?.startsWith('--')
    ? option.short.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : option.attributeName()

const isFlag = ({ required, optional }: Option): boolean => !required && !optional

/** The schema of configurations for a command. */
export function configSchema(command: Command): object {
  const properties = Array.from(optionsOf(command), ([key, option]) => {
    const json: JsonSchema = isFlag(option) ? { type: 'boolean' } : jsonOf(option.parseArg)
    const description = option.negate ? `false: ${option.description}` : option.description
    return [key, { description, ...json }] as const
  })
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `wasmlp ${command.name()} --config`,
    description: 'What the flags of the same names say. Paths are relative to this file.',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
  }
}

/** Gives the options of a command what a file says, except for those of the command line. Throws {@link Failure}. */
export async function applyConfig(path: string, command: Command): Promise<void> {
  const config = parse(path, await readBytes(path))
  const options = optionsOf(command)
  const problems: string[] = []
  for (const [key, value] of Object.entries(config)) {
    const option = options.get(key)
    if (key === '$schema') continue
    if (!option) {
      problems.push(`there is no option ${quoted(key)}${hintAt(key, [...options.keys()])}`)
      continue
    }
    const name = option.attributeName()
    try {
      const read = readValue(option, PLACES.includes(name) ? placed(path, value) : value)
      if (command.getOptionValueSource(name) !== 'cli') command.setOptionValueWithSource(name, read, 'config')
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error
      problems.push(`${quoted(key)} is ${describeValue(value)}: ${error.message}`)
    }
  }
  if (problems.length > 0) throw new Failure(`${locationName(path)}: ${problems.join('; ')}`)
}

function parse(path: string, bytes: Buffer): Record<string, unknown> {
  const where = locationName(path)
  let config: unknown
  try {
    config = parseJson(bytes.toString('utf8'), where)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    const reason = (error.cause as Error | undefined)?.message
    throw new Failure(reason === undefined ? error.message : `${error.message}: ${reason}`, { cause: error })
  }
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) {
    return config as Record<string, unknown>
  }
  throw new Failure(`${where} is no object of options, such as {"epochs": 10}`)
}

/** What an option's parser makes of a value of JSON. Throws InvalidArgumentError. */
function readValue(option: Option, value: unknown): unknown {
  if (isFlag(option)) {
    if (typeof value === 'boolean') return value
    throw new InvalidArgumentError('expected true or false')
  }
  const json = jsonOf(option.parseArg)
  const texts =
    json === REPEATED ? [value].flat().map(text => textOf({ type: 'string' }, text)) : [textOf(json, value)]
  let read: unknown
  for (const text of texts) read = option.parseArg ? option.parseArg(text, read as never) : text
  return read
}

/** What would be typed. Throws InvalidArgumentError for a value of another type. */
function textOf(json: JsonSchema, value: unknown): string {
  const { type, items, anyOf } = json
  if (anyOf) return textOf(anyOf.find(one => isOf(one, value)) ?? anyOf.at(-1) ?? {}, value)
  if (items) {
    if (Array.isArray(value)) return value.map(item => textOf(items, item)).join(',')
    throw new InvalidArgumentError('expected an array')
  }
  const isNumber = type === 'number' || type === 'integer'
  if (typeof value === (isNumber ? 'number' : 'string')) return String(value)
  throw new InvalidArgumentError(isNumber ? 'expected a number' : 'expected a string')
}

/** Whether a value is of the type that one of several alternatives has. */
const isOf = ({ type, enum: names }: JsonSchema, value: unknown): boolean =>
  names ? names.some(name => name === value) : typeof value === (type === 'integer' ? 'number' : type)

/** Whether it is a path that depends on where it stands. */
const isRelative = (place: string): boolean =>
  place !== '' &&
  place !== '-' &&
  !isAbsolute(place) &&
  !/^[a-z][\w+.-]+:/i.test(place) &&
  !/^0?\.\d+$/.test(place)

/** A path of a configuration, seen from the current directory. */
const placed = (path: string, value: unknown): unknown =>
  typeof value === 'string' && isRelative(value) ? join(dirname(path), value) : value

const ENDING = '.train.json'

/** Bytes of the longest name that file systems take. */
const LONGEST_NAME = 255

/** The configuration that repeats a training, beside its model. Of a name that would be too long the end is left out. */
export function configPath(out: string): string {
  let name = basename(out).replace(/\.safetensors$/, '')
  while (Buffer.byteLength(name + ENDING) > LONGEST_NAME) name = [...name].slice(0, -1).join('')
  return join(dirname(out), name + ENDING)
}

/**
 * The text of {@link configPath}: the options that have a value, except for `others`. `resolved` has values that the training
 * found.
 */
export function configText(
  path: string,
  command: Command,
  others: readonly string[],
  resolved: object,
): string {
  const values: Readonly<Record<string, unknown>> = { ...command.opts(), ...resolved }
  const entries = Array.from(optionsOf(command), ([key, option]) => {
    const name = option.attributeName()
    const value = [...others, ...NOT_WRITTEN].includes(name) ? undefined : values[name]
    const isPlaced = command.getOptionValueSource(name) === 'config'
    return [key, written(option, value, path, isPlaced)] as const
  })
  const schema = schemaFrom(path)
  return `${JSON.stringify({ ...(schema && { $schema: schema }), ...Object.fromEntries(entries) }, undefined, 2)}\n`
}

/** `isPlaced` says whether a path comes from a configuration. An absolute one of the command line stays. */
function written(option: Option, value: unknown, path: string, isPlaced: boolean): unknown {
  if (typeof value === 'string') {
    const isPlace = PLACES.includes(option.attributeName())
    if (isPlace && (isRelative(value) || (isPlaced && isAbsolute(value)))) {
      return relative(resolve(dirname(path)), resolve(value)).replaceAll('\\', '/')
    }
    return jsonOf(option.parseArg).enum ? kebabCase(value) : value
  }
  if (option.attributeName() === 'column' && value) return (value as ColumnFlag[]).map(columnText)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : value
}

/** Where the schema is, for editors, if it is installed below the current directory. */
function schemaFrom(path: string): string | undefined {
  const schema = fileURLToPath(new URL('train.schema.json', import.meta.url))
  const here = relative(process.cwd(), schema)
  return here.startsWith('..') || isAbsolute(here)
    ? undefined
    : relative(dirname(path), here).replaceAll('\\', '/')
}
