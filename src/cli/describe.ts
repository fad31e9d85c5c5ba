// `wasmlp describe`: says what is in a table.
import type { Command } from 'commander'
import type { TableDescription } from '../tables/index.ts'
import { jsonOption } from './common-options.ts'
import { place } from './option-values.ts'
import { printJson, printLines } from './output.ts'
import {
  addTableOptions,
  type ColumnFlag,
  columnOption,
  kindsOf,
  readOptionsOf,
  TABLE_ARGUMENT,
  type TableFlags,
  targetOption,
} from './table-options.ts'
import { readTable, tableName } from './table-source.ts'

interface DescribeOptions extends TableFlags {
  target?: string[]
  column?: ColumnFlag[]
  json?: true
}

const examples = `
Examples:
  wasmlp describe flowers.csv
  wasmlp describe flowers.csv --target species --json
`

export function addDescribe(program: Command): void {
  const command = program
    .command('describe')
    .description('say what is in the columns of a table')
    .argument('<data>', TABLE_ARGUMENT, place)
    .addOption(targetOption())
    .addOption(columnOption('kind'))
    .addOption(jsonOption())
  addTableOptions(command).addHelpText('after', examples).action(describe)
}

async function describe(data: string, options: DescribeOptions): Promise<void> {
  const { target, column, json } = options
  const table = await readTable(data, {
    ...readOptionsOf(options),
    ...kindsOf(column),
    ...(target && { target }),
  })
  const found: TableDescription = table.describe()
  if (json) printJson({ event: 'describe', data: tableName(data), rows: found.rows, columns: found.columns })
  else printLines(String(found))
}
