// What a network learns from, and what has to be known to ask it later.
import type { Dataset } from 'wasmlp'
import type { CsvOptions } from 'wasmlp/data'

/** A column that the network predicts from. */
interface InputColumn {
  readonly name: string
  readonly place: number
  /** Undefined for numbers. */
  readonly categories: readonly string[] | undefined
}

interface Described {
  /** Of the file, or of the pictures. */
  readonly name: string
  /** Names of the classes in their order; undefined where a number is predicted. */
  readonly classes: readonly string[] | undefined
}

export interface TableDescription extends Described {
  readonly kind: 'table'
  /** The column that is predicted. */
  readonly target: string
  /** The name of each input of the network. */
  readonly inputNames: readonly string[]
  /** How `loadCsv` reads another file for this network. */
  readonly options: CsvOptions
  readonly columns: readonly InputColumn[]
}

interface PicturesDescription extends Described {
  readonly kind: 'pictures'
  /** Pixels of a side. */
  readonly side: number
  readonly isColoured: boolean
}

/** Plain data: it is kept beside a model. */
export type Description = TableDescription | PicturesDescription

export interface Subject {
  readonly train: Dataset
  readonly test: Dataset
  readonly description: Description
  /** Rows that lack a value. */
  readonly leftOut: number
}
