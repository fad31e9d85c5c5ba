// Asks models of tables, and keeps them again.
import { readSafetensors } from '../../../src/files/safetensors.ts'
import type { InputRecipe } from '../../../src/tables/recipe.ts'
import { decodeRecipe } from '../../../src/tables/recipe-file.ts'
import type { TableModel } from '../../../src/tables/table-model.ts'

const VALUES = { number: 1, boolean: true, date: '2024-02-29' }

const exampleOf = (column: InputRecipe) =>
  column.kind === 'category' ? (column.names[0] ?? column.rare[0] ?? 'x') : VALUES[column.kind]

/** Predicts, and saves the model; it is gone afterwards. */
export async function usedTableModel(model: TableModel) {
  try {
    const row = Object.fromEntries(model.recipe.columns.map(column => [column.name, exampleOf(column)]))
    const file = await model.toSafetensors()
    const { columns } = decodeRecipe(readSafetensors(file))
    if (columns.length !== model.recipe.columns.length) throw new Error('the file has lost columns')
    const [answer] = await model.predict([row])
    return { answer, file }
  } finally {
    model.dispose()
  }
}
