/**
 * Tables: read, understood and split.
 *
 * @module wasmlp/tables
 */
export * from '../errors.ts'
export type { ColumnDescription, TableDescription } from './describe.ts'
export type { ColumnKind } from './kinds.ts'
export { type LoadTableOptions, loadTable, parseTable } from './load-table.ts'
export type { ReadOptions } from './read-options.ts'
export type { TableRow, TableSource } from './read-rows.ts'
export type { SplitOptions } from './split-options.ts'
export type { Table, TableSplit } from './table.ts'
export { TableError, type TableProblem } from './table-error.ts'
export type { TableSchema } from './table-schema.ts'
export type { TableFormat } from './text-format.ts'
