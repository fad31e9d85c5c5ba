// What a caller can say of a recipe.
import { checkNames, checkObject, type OptionNames, unknownName } from '../check-options.ts'
import { describeValue, kindOf } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { hintAt } from '../nearest-name.ts'
import { quoted, quotedList } from '../quote-names.ts'
import type { DatePart } from './recipe.ts'
import { DATE_PARTS } from './recipe.ts'

/**
 * How numbers are scaled:
 *
 * - `'standard'`: to a mean of 0 and a standard deviation of 1
 * - `'minMax'`: to 0–1
 * - `'robust'`: the median becomes 0, the distance of the quartiles 1, and what is far out is drawn into ±3, smoothly
 * - `'quantile'`: to the share of training rows with less, spread over ±√3: evenly, with a mean of 0 and a standard deviation of 1
 * - `'none'`
 */
export type Scaling = 'standard' | 'minMax' | 'robust' | 'quantile' | 'none'

const SCALINGS: readonly Scaling[] = ['standard', 'minMax', 'robust', 'quantile', 'none']

/** What stands for a missing value. `'category'` is for names alone, `'mean'` and `'median'` for all others. */
export type MissingRule = 'refuse' | 'mean' | 'median' | 'category' | { constant: number | string | boolean }

const RULES = ['refuse', 'mean', 'median', 'category'] as const

/** How one column is prepared. */
export interface ColumnOptions {
  /**
   * What stands for a missing value. Unless given, an error where the training rows lack none; otherwise the median of numbers
   * and dates, the mean of true and false, and a category of its own.
   */
  missing?: MissingRule
  /** Whether a further input tells where a number was missing; true where one stands for it, unless given. */
  indicator?: boolean
  /** `'standard'` unless given here or for all columns. */
  scaling?: Scaling
  /** Whether a name that the training rows lack is an error, as it is unless given, or `'other'`, like rare ones. */
  unknown?: 'error' | 'other'
  /** Names with fewer training rows share one input; 1 unless given, so that each has its own. */
  minCount?: number
  /**
   * For dates: the parts that are one-hot, besides the date itself. Unless given, those of which the training rows have all
   * months, all weekdays, or a time of day.
   */
  parts?: readonly DatePart[]
}

/** Options of {@link fitRecipe}. */
export interface RecipeOptions {
  /** How numbers and dates are scaled where their column does not say; `'standard'` unless given. */
  scaling?: Scaling
  /** How columns are prepared, by name. */
  columns?: Readonly<Record<string, ColumnOptions>>
}

export const RECIPE_OPTIONS: OptionNames<RecipeOptions> = { scaling: 1, columns: 1 }

const COLUMN_OPTIONS: OptionNames<ColumnOptions> = {
  missing: 1,
  indicator: true,
  scaling: 1,
  unknown: 1,
  minCount: 1,
  parts: 1,
}

/** Throws {@link ArgumentError} for what cannot be; `inputs` are the columns that there are. */
export function checkRecipeOptions(
  { scaling, columns = {} }: RecipeOptions,
  inputs: readonly string[],
): void {
  if (scaling !== undefined) checkScaling(scaling)
  checkObject('columns', columns, "{ age: { missing: 'mean' } }")
  for (const [name, options] of Object.entries(columns)) {
    if (!inputs.includes(name)) {
      throw new ArgumentError(
        `columns names ${quoted(name)}${hintAt(name, inputs)}, which is no input: expected one of ${quotedList(inputs)}`,
      )
    }
    checkColumn(name, options)
  }
}

function checkColumn(name: string, options: ColumnOptions): void {
  const call = `the column ${quoted(name)}`
  checkObject(call, options, "{ missing: 'mean' }")
  checkNames(call, options, COLUMN_OPTIONS)
  const { missing, indicator, scaling, unknown, minCount, parts } = options
  const wrong = (option: string, value: unknown, expected: string) =>
    new ArgumentError(`${option} of ${call} is ${describeValue(value)}: expected ${expected}`)
  if (kindOf(missing) === 'Object') checkNames(`missing of ${call}`, Object(missing), { constant: 1 })
  else if (missing !== undefined && !RULES.some(rule => rule === missing)) {
    throw unknownName(`${call}: unknown rule`, missing, RULES, ' or { constant }')
  }
  if (indicator !== undefined && typeof indicator !== 'boolean') {
    throw wrong('indicator', indicator, 'true or false')
  }
  if (scaling !== undefined) checkScaling(scaling)
  if (unknown !== undefined && unknown !== 'error' && unknown !== 'other') {
    throw wrong('unknown', unknown, "'error' or 'other'")
  }
  if (minCount !== undefined && (!Number.isInteger(minCount) || minCount < 1)) {
    throw wrong('minCount', minCount, 'a whole number, 1 or more')
  }
  if (
    parts !== undefined &&
    !(Array.isArray(parts) && parts.every(part => Object.hasOwn(DATE_PARTS, part)))
  ) {
    throw wrong('parts', parts, `a list of ${Object.keys(DATE_PARTS).join(', ')}`)
  }
}

function checkScaling(scaling: unknown): void {
  if (!SCALINGS.includes(scaling as Scaling)) throw unknownName('unknown scaling', scaling, SCALINGS)
}
