/**
 * Readers of other formats than MNIST's: CSV and NumPy.
 *
 * @module wasmlp/data
 */
export * from '../errors.ts'
export {
  type CsvOptions,
  type LoadCsvOptions,
  loadCsv,
  parseCsv,
  type StreamCsvOptions,
  streamCsv,
} from './csv.ts'
export type { CategoryEncoding, CsvColumn, CsvColumnOptions } from './csv-columns.ts'
export type { MissingOptions } from './csv-missing.ts'
export type { CsvData } from './csv-table.ts'
export type { CsvSource } from './csv-text.ts'
export { type LoadNpzOptions, type LoadNumpyOptions, loadNpy, loadNpz } from './load-numpy.ts'
export { type NpyArray, type NpyData, parseNpy, toNpy } from './npy.ts'
export type { NpyType } from './npy-header.ts'
export { type NpzOptions, parseNpz } from './npz.ts'
