// How the columns of a table become a network's inputs, and its outputs what a person asked for. Plain data: a model's file
// keeps it.

import type { Quantiles } from './quantiles.ts'

/** Part of a date that is one-hot. */
export type DatePart = 'month' | 'weekday' | 'hour'

/** How many values a part of a date has. */
export const DATE_PARTS: Readonly<Record<DatePart, number>> = { month: 12, weekday: 7, hour: 24 }

/** A column of numbers, dates (milliseconds since 1970), or 0 and 1 for false and true. */
export interface ScaledRecipe {
  readonly name: string
  readonly kind: 'number' | 'date' | 'boolean'
  /** Where scaling is by quantiles: the function to a value's share, which comes before `center` and `scale`. */
  readonly quantiles?: Quantiles
  /** An input is (value − center) / scale. */
  readonly center: number
  readonly scale: number
  /** Whether an input z is then drawn into ±3, smoothly: z / √(1 + (z/3)²). */
  readonly clip: boolean
  /** What stands for a missing value, before scaling; undefined where one is an error. */
  readonly fill: number | undefined
  /** Whether a further input is 1 where the value was missing. */
  readonly indicator: boolean
  /** What further inputs a date has: a 1 among zeros for each part. */
  readonly parts: readonly DatePart[]
}

/** A column of names: a 1 among zeros. */
export interface CategoryRecipe {
  readonly name: string
  readonly kind: 'category'
  /** Room for columns that a layer encodes. */
  readonly encoding: 'oneHot'
  /** Each is an input, in this order. */
  readonly names: readonly string[]
  /** Rare names, which share an input behind these; there is none where the list is empty. */
  readonly rare: readonly string[]
  /** What an unknown name is: an error, or the same as a rare one, all zeros where there are none. */
  readonly unknown: 'error' | 'other'
  /** What a missing value is: an error, an input of its own behind all others, or a name. */
  readonly missing: 'refuse' | 'category' | { readonly constant: string }
}

/** How one column becomes inputs. */
export type InputRecipe = ScaledRecipe | CategoryRecipe

/** Classes in the order of the outputs, or numbers that were scaled: prediction = output · scale + center. */
export type TargetRecipe =
  | { readonly kind: 'classes'; readonly name: string; readonly classes: readonly string[] }
  | {
      readonly kind: 'numbers'
      readonly outputs: readonly { readonly name: string; readonly center: number; readonly scale: number }[]
    }

/** How a table's rows become samples, learned from the rows that a model is trained on. It cannot be changed. */
export interface Recipe {
  /** In the order of a sample's values. */
  readonly columns: readonly InputRecipe[]
  readonly target: TargetRecipe
}

/** Values of a sample that a column becomes. */
export function widthOf(column: InputRecipe): number {
  if (column.kind === 'category') {
    const { names, rare, missing } = column
    return names.length + Number(rare.length > 0) + Number(missing === 'category')
  }
  return column.parts.reduce((sum, part) => sum + DATE_PARTS[part], 1 + Number(column.indicator))
}

/** Values of a sample. */
export const inputSizeOf = ({ columns }: Recipe): number =>
  columns.reduce((sum, column) => sum + widthOf(column), 0)

/** Outputs of a network. */
export const outputSizeOf = ({ target }: Recipe): number =>
  target.kind === 'classes' ? target.classes.length : target.outputs.length

/** The columns to predict. */
export const targetsOf = ({ target }: Recipe): string[] =>
  target.kind === 'classes' ? [target.name] : target.outputs.map(({ name }) => name)

/** The part of a date, counted from 0: January, Sunday and midnight in UTC. */
export function datePart(part: DatePart, time: number): number {
  const date = new Date(time)
  if (part === 'month') return date.getUTCMonth()
  return part === 'weekday' ? date.getUTCDay() : date.getUTCHours()
}
