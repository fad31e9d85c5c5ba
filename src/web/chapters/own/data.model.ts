// Which data the chapter is about: a table or pictures.
import { computed, signal } from '@preact/signals'
import { learningRate, units } from './learning.model.ts'
import { canLearn, picturesSubject } from './pictures.model.ts'
import type { Subject } from './subject.ts'
import { inputColumns, table, tableSubject } from './table.model.ts'

type Source = 'table' | 'pictures'

export const source = signal<Source>('table')
export const isPictures = computed(() => source.value === 'pictures')

/** Whether there is something to learn from. */
export const hasSubject = computed(() =>
  isPictures.value ? canLearn.value : table.value !== undefined && inputColumns.value.length > 0,
)

export const subjectOf = (seed: number): Promise<Subject> =>
  isPictures.peek() ? picturesSubject(seed) : tableSubject(seed)

/** Pictures have a thousand inputs and more: a network of them is larger, and its steps are smaller. */
const USUAL: Record<Source, { rate: number; units: number }> = {
  table: { rate: 0.01, units: 32 },
  pictures: { rate: 0.001, units: 64 },
}

/** What the visitor has not changed becomes what is usual for the other kind of data. */
export function settle(to: Source): void {
  const from = to === 'table' ? 'pictures' : 'table'
  if (learningRate.peek() === USUAL[from].rate) learningRate.value = USUAL[to].rate
  if (units.peek() === USUAL[from].units) units.value = USUAL[to].units
}
