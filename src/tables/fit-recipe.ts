// A recipe from the rows that a model is trained on. No statistic sees another row: whoever splits first leaks nothing.
import { checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { quoted } from '../quote-names.ts'
import type { CategoryColumn, NumberColumn, TableColumn } from './column.ts'
import { deviationOf, meanOf, presentValues, quantileOf, usable } from './column-statistics.ts'
import { quantilesOf } from './quantiles.ts'
import {
  type CategoryRecipe,
  DATE_PARTS,
  type DatePart,
  datePart,
  type InputRecipe,
  type Recipe,
  type ScaledRecipe,
  type TargetRecipe,
} from './recipe.ts'
import {
  type ColumnOptions,
  checkRecipeOptions,
  RECIPE_OPTIONS,
  type RecipeOptions,
  type Scaling,
} from './recipe-options.ts'
import { Table } from './table.ts'
import { Problems } from './table-error.ts'

/**
 * Learns from some rows how a table becomes samples: scales, categories, what stands for missing values, and the order of
 * the classes. Give it the rows to train on, and no others.
 *
 * Throws {@link ArgumentError} for wrong options or a table without a target, and {@link TableError} with all that is wrong
 * with its rows.
 *
 * @example
 * const { train } = await table.split({ test: 0.2 })
 * const recipe = fitRecipe(train, { columns: { age: { missing: 'mean' } } })
 */
export function fitRecipe(train: Table, options: RecipeOptions = {}): Recipe {
  checkOptions('fitRecipe', options, "{ scaling: 'robust' }", RECIPE_OPTIONS)
  if (!(train instanceof Table)) {
    throw new ArgumentError(`fitRecipe got ${describeValue(train)}: expected a table, which parseTable gives`)
  }
  const inputs = [...train.columns.values()]
    .filter(isInput)
    .filter(({ name }) => !train.targets.includes(name))
  checkRecipeOptions(
    options,
    inputs.map(({ name }) => name),
  )
  if (train.targets.length === 0) {
    throw new ArgumentError(
      "the table has no target: say which column to predict, as parseTable's target does",
    )
  }
  if (inputs.length === 0) throw new ArgumentError('the table has no column but its target: expected inputs')
  if (train.length === 0) throw new ArgumentError('the table has no rows: expected some to train on')
  const problems = new Problems(train.name)
  const recipe: Recipe = {
    columns: inputs.map(column => fitColumn(column, train.rows, options, problems)),
    target: fitTarget(train, problems),
  }
  problems.throwIfAny()
  return recipe
}

const isInput = (column: TableColumn): column is NumberColumn | CategoryColumn => column.kind !== 'skip'

function fitColumn(
  column: NumberColumn | CategoryColumn,
  rows: Int32Array,
  { scaling, columns = {} }: RecipeOptions,
  problems: Problems,
): InputRecipe {
  const given = Object.hasOwn(columns, column.name) ? columns[column.name] : undefined
  const options: ColumnOptions = { ...(scaling && { scaling }), ...given }
  return column.kind === 'category'
    ? fitCategories(column, rows, options, problems)
    : fitScaled(column, rows, options, problems)
}

function fitScaled(
  { name, kind, values }: NumberColumn,
  rows: Int32Array,
  { missing, indicator, scaling = 'standard', parts }: ColumnOptions,
  problems: Problems,
): ScaledRecipe {
  const present = presentValues(values, rows)
  const sorted = present.slice().sort()
  if (present.length === 0) {
    problems.add(
      name,
      "no training row has a value: leave the column out by kinds: 'skip', or train on more rows",
    )
  }
  const lacks = present.length < rows.length
  const rule = missing ?? (!lacks ? 'refuse' : kind === 'boolean' ? 'mean' : 'median')
  if (rule === 'category') problems.add(name, "missing: 'category' is for names: expected 'median' or 'mean'")
  if (rule === 'refuse' && lacks) {
    problems.add(name, `${rows.length - present.length} training rows have no value, and missing is 'refuse'`)
  }
  const mean = meanOf(present)
  const fill =
    rule === 'median'
      ? quantileOf(sorted, 0.5)
      : rule === 'mean'
        ? mean
        : typeof rule === 'object'
          ? constantOf(name, rule.constant)
          : undefined
  // True and false are 0 and 1 as they are.
  const scaled = kind === 'boolean' ? { center: 0, scale: 1 } : scaleOf(scaling, present, sorted, mean)
  return {
    name,
    kind,
    ...scaled,
    clip: kind !== 'boolean' && scaling === 'robust',
    fill,
    indicator: indicator ?? (fill !== undefined && lacks),
    parts: kind === 'date' ? (parts ?? partsOf(present)) : [],
  }
}

function constantOf(name: string, constant: unknown): number {
  if (typeof constant === 'boolean') return Number(constant)
  if (typeof constant === 'number' && Number.isFinite(constant)) return constant
  throw new ArgumentError(
    `missing of the column ${quoted(name)} has the constant ${describeValue(constant)}: expected a number`,
  )
}

function scaleOf(scaling: Scaling, values: Float64Array, sorted: Float64Array, mean: number) {
  const [least = 0, most = least] = [sorted[0], sorted[sorted.length - 1]]
  switch (scaling) {
    case 'standard':
      return { center: mean, scale: deviationOf(values, mean) }
    case 'minMax':
      return { center: least, scale: usable(most - least) }
    case 'robust': {
      const quartiles = quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)
      // Where half of the values are equal, as Holzmüller et al. 2024 do.
      return {
        center: quantileOf(sorted, 0.5),
        scale: usable(quartiles > 0 ? quartiles : (most - least) / 2),
      }
    }
    case 'quantile':
      // Shares have the mean 1/2 and the deviation 1/√12.
      return { quantiles: quantilesOf(sorted), center: 0.5, scale: Math.sqrt(1 / 12) }
    default:
      return { center: 0, scale: 1 }
  }
}

/** A part of which some values never occur would be noise for those. Hours occur where any is not midnight. */
function partsOf(times: Float64Array): DatePart[] {
  const seen = { month: new Set<number>(), weekday: new Set<number>() }
  let hasHours = false
  for (const time of times) {
    seen.month.add(datePart('month', time))
    seen.weekday.add(datePart('weekday', time))
    hasHours ||= datePart('hour', time) !== 0
  }
  const whole = (['month', 'weekday'] as const).filter(part => seen[part].size === DATE_PARTS[part])
  return hasHours ? [...whole, 'hour'] : whole
}

function fitCategories(
  { name, names, codes }: CategoryColumn,
  rows: Int32Array,
  { missing, unknown = 'error', minCount = 1 }: ColumnOptions,
  problems: Problems,
): CategoryRecipe {
  const counts = new Float64Array(names.length)
  let lacking = 0
  for (const row of rows) {
    const code = codes[row] ?? -1
    if (code < 0) lacking += 1
    else counts[code] = (counts[code] ?? 0) + 1
  }
  const rule = missing ?? (lacking > 0 ? 'category' : 'refuse')
  if (rule === 'mean' || rule === 'median') {
    problems.add(name, `missing: '${rule}' is for numbers: expected 'category' or { constant }`)
  }
  if (rule === 'refuse' && lacking > 0) {
    problems.add(name, `${lacking} training rows have no value, and missing is 'refuse'`)
  }
  const occurring = names.filter((_, code) => (counts[code] ?? 0) > 0)
  const rare = new Set(names.filter((_, code) => (counts[code] ?? 0) < minCount))
  const recipe: CategoryRecipe = {
    name,
    kind: 'category',
    encoding: 'oneHot',
    names: inNameOrder(occurring.filter(name => !rare.has(name))),
    rare: inNameOrder(occurring.filter(name => rare.has(name))),
    unknown,
    missing:
      typeof rule === 'object' ? { constant: String(rule.constant) } : rule === 'category' ? rule : 'refuse',
  }
  const { missing: stand } = recipe
  if (typeof stand === 'object' && !occurring.includes(stand.constant)) {
    problems.add(name, `missing has the constant ${quoted(stand.constant)}, which no training row has`)
  }
  return recipe
}

/** Numbers by size, and other names by their character codes. */
function inNameOrder(names: readonly string[]): string[] {
  const areNumbers = names.every(name => name !== '' && Number.isFinite(Number(name)))
  return names.toSorted((a, b) =>
    areNumbers && Number(a) !== Number(b) ? Number(a) - Number(b) : a < b ? -1 : 1,
  )
}

function fitTarget({ targets, rows, columns }: Table, problems: Problems): TargetRecipe {
  const found = targets.flatMap(name => columns.get(name) ?? [])
  const [first] = found
  if (first?.kind === 'category') {
    const used = new Set<string>()
    for (const row of rows) {
      const name = first.names[first.codes[row] ?? -1]
      if (name !== undefined) used.add(name)
    }
    const classes = inNameOrder([...used])
    if (classes.length < 2) {
      problems.add(first.name, 'the training rows have fewer than two classes: train on rows of all classes')
    }
    return { kind: 'classes', name: first.name, classes }
  }
  if (first?.kind === 'boolean') return { kind: 'classes', name: first.name, classes: ['false', 'true'] }
  const outputs = found.flatMap(column => {
    if (column.kind !== 'number') return []
    const present = presentValues(column.values, rows)
    const center = meanOf(present)
    return { name: column.name, center, scale: deviationOf(present, center) }
  })
  return { kind: 'numbers', outputs }
}
