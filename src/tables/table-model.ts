// A model of a table: a network, and the recipe by which rows become its samples and its outputs become answers.

import { type Dataset, dataset } from '../api/dataset.ts'
import { disposeSymbol } from '../api/dispose.ts'
import { inspectSymbol } from '../api/inspect-symbol.ts'
import { type EvaluateOptions, FIT_OPTIONS, type FitOptions } from '../api/model-options.ts'
import type { Sequential } from '../api/sequential.ts'
import { checkNoOptions, checkOptions, type OptionNames } from '../check-options.ts'
import { describeValue, kindOf } from '../describe-value.ts'
import type { EngineOptions } from '../engine/engines.ts'
import { ArgumentError } from '../errors.ts'
import { encodeModel } from '../files/model-file.ts'
import type { LayersModel, LayersModelOptions } from '../formats/layers-model.ts'
import type { OnnxOptions } from '../formats/onnx-export.ts'
import type { History } from '../training/logs.ts'
import type { CompileOptions } from '../training/options.ts'
import { type EncodedTable, encodeTable } from './encode.ts'
import { parseTable } from './load-table.ts'
import type { TableRow } from './read-rows.ts'
import { type Recipe, targetsOf } from './recipe.ts'
import { encodeRecipe } from './recipe-file.ts'
import { Table } from './table.ts'
import { type TableEvaluation, tableEvaluation } from './table-evaluation.ts'
import { TableSchema } from './table-schema.ts'

/** Options of {@link TableModel.fit}: those of {@link wasmlp!Sequential.fit | fit}, with a table to validate on. */
export interface TableFitOptions
  extends Omit<FitOptions, 'validationData' | 'augmentation' | 'epochs' | 'batchSize'> {
  /** Passes over the rows; 100 unless given. */
  epochs?: number
  /** Rows in a batch; 32 unless given. */
  batchSize?: number
  /** Rows that are evaluated after each epoch. */
  validationData?: Table
}

const { augmentation: _, ...TABLE_FIT_OPTIONS } = FIT_OPTIONS

/** Options of {@link TableModel.predict}. */
export interface TablePredictOptions {
  /**
   * For classes: says `'unknown'` in place of a class whose probability is less than this, from 0 to 1. It means something once the
   * model is calibrated: see {@link calibrate}. No row is unknown unless given.
   */
  unknownBelow?: number
  /** Ends it early. */
  signal?: AbortSignal
}

/** The class of a row that is none of the others. */
const UNKNOWN = 'unknown'

/** What {@link TableModel.predict} gives for a row. */
export interface TablePrediction {
  /** For classes: the most probable one, or `'unknown'` if `unknownBelow` says so. */
  class?: string
  /** For classes: the probability of each, by its name. */
  probabilities?: Record<string, number>
  /** For numbers: each by its target's name, in its own unit. */
  values?: Record<string, number>
}

/** A network that is asked in the words of a table. */
export class TableModel extends TableSchema {
  /** The network, which takes encoded rows: see {@link encodeTable}. It lives as long as this model. */
  readonly network: Sequential
  /** How rows become samples. */
  readonly recipe: Recipe
  /** @internal Where data sets are held. */
  readonly engine: EngineOptions

  /** @internal Use {@link sequentialFor} or {@link tableModelFromSafetensors}. */
  constructor(network: Sequential, recipe: Recipe, engine: EngineOptions) {
    const { columns, target } = recipe
    const targets = targetsOf(recipe)
    const areBooleans = target.kind === 'classes' && String(target.classes) === 'false,true'
    const kind = target.kind === 'numbers' ? 'number' : areBooleans ? 'boolean' : 'category'
    super(
      [
        ...columns.map(({ name, kind }) => [name, kind] as const),
        ...targets.map(name => [name, kind] as const),
      ],
      targets,
    )
    this.network = network
    this.recipe = recipe
    this.engine = engine
    Object.freeze(this)
  }

  /** The classes in the order of the outputs; undefined for a model of numbers. */
  get classes(): readonly string[] | undefined {
    const { target } = this.recipe
    return target.kind === 'classes' ? target.classes : undefined
  }

  /** Sets how `fit` trains, as {@link wasmlp!Sequential.compile | compile} does. */
  compile(options: CompileOptions = {}): this {
    this.network.compile(options)
    return this
  }

  /**
   * Trains on the rows of a table: for 100 epochs, in batches of 32, unless told otherwise. Callbacks get the run that
   * pauses and stops it.
   *
   * Rejects with {@link TableError} where rows do not fit the recipe, and as {@link wasmlp!Sequential.fit | fit} does.
   *
   * @example
   * await model.fit(train, { validationData: validation, earlyStopping: { patience: 10 } })
   */
  async fit(train: Table, options: TableFitOptions = {}): Promise<History> {
    checkOptions('fit', options, '{ epochs: 100 }', TABLE_FIT_OPTIONS as OptionNames<TableFitOptions>)
    const { validationData, epochs = 100, batchSize = 32, ...more } = options
    const samples = await this.#dataset('fit', train)
    let held: Dataset | undefined
    try {
      held = validationData && (await this.#dataset('validationData', validationData))
      return await this.network.fit(samples, {
        ...more,
        epochs,
        batchSize,
        ...(held && { validationData: held }),
      })
    } finally {
      samples.dispose()
      held?.dispose()
    }
  }

  /**
   * Mean loss and metrics over the rows of a table with its target: {@link wasmlp!Evaluation} and further ones, with the names of
   * classes and targets. Errors of numbers are in the target's own unit. The loss is that of training, of scaled targets.
   *
   * Rejects with {@link TableError} where rows do not fit the recipe.
   *
   * @example
   * const { accuracy, classes } = await model.evaluate(test)
   */
  async evaluate(table: Table, options: EvaluateOptions = {}): Promise<TableEvaluation> {
    checkOptions('evaluate', options, '{ topK: 5 }', { topK: 1, signal: 1 })
    const encoded = this.#encode('evaluate', table)
    const samples = await dataset({ ...encoded, ...this.engine })
    const { signal } = options
    try {
      const evaluation = await this.network.evaluate(samples, options)
      const outputs = await this.network.predict(samples, { signal })
      return tableEvaluation(this.recipe, evaluation, outputs, table, encoded.labels)
    } finally {
      samples.dispose()
    }
  }

  /**
   * What the model says of each row: of a table, or of plain objects, whose columns are in any order. The target and columns
   * that the model does not know are ignored.
   *
   * Rejects with {@link TableError}, which lists columns, rows and values that do not fit, and with {@link ArgumentError} for a wrong
   * option.
   *
   * @example
   * const [flower] = await model.predict([{ width: 3.5, length: 1.4 }], { unknownBelow: 0.6 })
   * flower?.class // 'setosa'
   */
  async predict(
    rows: Table | readonly TableRow[],
    options: TablePredictOptions = {},
  ): Promise<TablePrediction[]> {
    checkOptions('predict', options, '{ unknownBelow: 0.6 }', { unknownBelow: 1, signal: 1 })
    const { unknownBelow, ...running } = options
    this.checkUnknownBelow(unknownBelow)
    if (!(rows instanceof Table) && !Array.isArray(rows)) {
      throw new ArgumentError(
        `predict got ${kindOf(rows) === 'Object' ? 'one object' : describeValue(rows)}: expected a list of objects, such as ` +
          '[{ width: 3.5 }], or a table',
      )
    }
    if (rows.length === 0) return []
    const table =
      rows instanceof Table
        ? rows
        : await parseTable(rows, { like: this, name: 'the rows to predict', ...running })
    return this.predictEncoded(encodeTable(this.recipe, table, false), options)
  }

  /** @internal What the model says of encoded rows, one or more. */
  async predictEncoded(
    { inputs }: EncodedTable,
    { unknownBelow, ...running }: TablePredictOptions,
  ): Promise<TablePrediction[]> {
    const outputs = await this.network.predict(inputs, running)
    return outputs.map(output => this.#answer(output, unknownBelow))
  }

  /** @internal Throws {@link ArgumentError} for a value of the option that is none for this model. */
  checkUnknownBelow(share: number | undefined): void {
    if (share === undefined) return
    if (!(typeof share === 'number' && share >= 0 && share <= 1)) {
      throw new ArgumentError(`unknownBelow is ${describeValue(share)}: expected a probability from 0 to 1`)
    }
    if (!this.classes) throw new ArgumentError('unknownBelow is for classes, and this model predicts numbers')
    if (this.classes.includes(UNKNOWN)) {
      throw new ArgumentError(
        `unknownBelow makes '${UNKNOWN}' mean none of the classes, and the model has a class of this name: compare \`probabilities\` ` +
          'instead',
      )
    }
  }

  /**
   * The model as a safetensors file: that of {@link wasmlp!Sequential.toSafetensors}, with the recipe. `sequentialFromSafetensors`
   * reads the network from it.
   */
  toSafetensors(): Promise<Uint8Array<ArrayBuffer>>
  async toSafetensors(...more: unknown[]): Promise<Uint8Array<ArrayBuffer>> {
    checkNoOptions('toSafetensors', more)
    const { inputSize, layers } = this.network
    return encodeModel(inputSize, layers, await this.network.getParameters(), encodeRecipe(this.recipe))
  }

  /**
   * The model as an ONNX file that takes raw rows. `input` is float64 [batch, columns], in the order of `recipe.columns`: numbers
   * as they are, dates in milliseconds since 1970, 0 and 1 for false and true, names by their place in the list, −1 for another
   * name, and NaN for a missing value. `output` is float32 [batch, classes] of probabilities, or float64 [batch, targets] in the
   * targets' own units. The metadata have columns and their names, classes and targets in JSON: `wasmlp.columns`,
   * `wasmlp.classes`, `wasmlp.targets`. A graph refuses nothing: a name or a gap that `predict` would refuse is all zeros, or
   * NaN.
   *
   * For encoded rows, export `model.network` by `toOnnx` of wasmlp/formats. Only such files are read again.
   *
   * @example
   * await writeFile('flowers.onnx', await model.toOnnx())
   */
  async toOnnx(options: OnnxOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return (await import('./table-model-parts.ts')).tableToOnnx(this, options)
  }

  /**
   * The model as TensorFlow.js's LayersModel that takes raw rows, in single precision, and answers in the targets' own units: see
   * {@link wasmlp/formats!toLayersModel}.
   *
   * Rejects with {@link ArgumentError} where a column needs more than a factor and a term, such as names, gaps and parts of dates:
   * export `model.network` then, and encode rows by {@link encodeTable}.
   */
  async toLayersModel(options: LayersModelOptions = {}): Promise<LayersModel> {
    return (await import('./table-model-parts.ts')).tableToLayersModel(this, options)
  }

  /** A readable table of the layers. */
  summary(): string
  summary(...more: unknown[]): string {
    checkNoOptions('summary', more)
    return this.network.summary()
  }

  /** Frees the memory, as {@link wasmlp!Sequential.dispose} does. */
  dispose(): void {
    this.network.dispose()
  }

  /** What it predicts from how many columns, which `console.log` shows in Node with the layers. */
  override toString(): string {
    const { target, columns } = this.recipe
    const what = target.kind === 'classes' ? `${target.classes.length} classes` : 'numbers'
    return `TableModel of ${columns.length} columns, to predict ${what}\n${String(this.network)}`
  }

  /** @internal */
  [inspectSymbol](): string {
    return this.toString()
  }

  /** `dispose()`, for `using`. */
  [disposeSymbol](): void {
    this.dispose()
  }

  #encode(call: string, table: Table): EncodedTable {
    if (table instanceof Table) return encodeTable(this.recipe, table)
    throw new ArgumentError(`${call} got ${describeValue(table)}: expected a table, which parseTable gives`)
  }

  #dataset(call: string, table: Table): Promise<Dataset> {
    return dataset({ ...this.#encode(call, table), ...this.engine })
  }

  #answer(output: Float32Array, unknownBelow = 0): TablePrediction {
    const { target } = this.recipe
    if (target.kind === 'numbers') {
      const values = target.outputs.map(({ name, center, scale }, i) => [
        name,
        (output[i] ?? 0) * scale + center,
      ])
      return { values: Object.fromEntries(values) }
    }
    const best = output.reduce((best, value, i) => (value > (output[best] ?? 0) ? i : best), 0)
    return {
      class: (output[best] ?? 0) < unknownBelow ? UNKNOWN : (target.classes[best] ?? ''),
      probabilities: Object.fromEntries(target.classes.map((name, i) => [name, output[i] ?? 0])),
    }
  }
}
