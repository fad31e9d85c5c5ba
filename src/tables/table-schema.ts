// What the columns of a table are, without their values.
import type { ColumnKind } from './kinds.ts'

/** What the columns of one table are, which another is to have as well: a table, or a model of one. */
export class TableSchema {
  /** The kind of each column, by its name. */
  readonly kinds: Readonly<Record<string, ColumnKind>>
  /** The columns to predict; none where there is no target. */
  readonly targets: readonly string[]

  /** @internal */
  constructor(kinds: Iterable<readonly [string, ColumnKind]>, targets: readonly string[]) {
    // Not by assignment, which would treat '__proto__' specially.
    this.kinds = Object.freeze(Object.fromEntries(kinds))
    this.targets = Object.freeze([...targets])
  }
}
