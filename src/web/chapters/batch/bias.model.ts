// The gradient of a bias: the sum of ∂L/∂Y over axis 0, column by column, as the kernel computes it.
import { computed, signal } from '@preact/signals'
import type { Kernels } from 'wasmlp/kernels'

export const COLUMNS = 3
export const MOST_ROWS = 5
/** Of an entry's size. */
export const MOST = 99

/** The lecture's two rows. */
const LECTURE = [1, 2, 3, 4, 5, 6] as const

/** The exhibit's state. */
export function biasModel(kernels: Kernels) {
  const [dY, dB] = [kernels.f32(MOST_ROWS * COLUMNS), kernels.f32(COLUMNS)]
  /** ∂L/∂Y by rows. */
  const values = signal<readonly number[]>(LECTURE)
  const rows = computed(() => values.value.length / COLUMNS)
  /** Columns that were pressed. */
  const summed = signal<ReadonlySet<number>>(new Set())
  /** ∂L/∂B, of all columns. */
  const sums = computed((): readonly number[] => {
    dY.view.set(values.value)
    kernels.sumAxis0(dY, dB, rows.value, COLUMNS)
    return [...dB.view]
  })

  return {
    values,
    rows,
    summed,
    sums,
    /** The entries of a column, from the first row on. */
    column: (at: number): readonly number[] => values.value.filter((_, i) => i % COLUMNS === at),
    /** A field's view of an entry. */
    entry: (at: number) => ({
      get value() {
        return values.value[at] ?? 0
      },
      set value(value: number) {
        values.value = values.value.with(at, value)
      },
    }),
    press(column: number) {
      summed.value = new Set([...summed.value, column])
    },
    pressAll() {
      summed.value = new Set(Array.from({ length: COLUMNS }, (_, column) => column))
    },
    clear() {
      summed.value = new Set()
    },
    addRow() {
      if (rows.value < MOST_ROWS) values.value = [...values.value, ...values.value.slice(-COLUMNS)]
    },
    removeRow() {
      if (rows.value > 1) values.value = values.value.slice(0, -COLUMNS)
    },
    /** (1 2 3; 4 5 6), no column summed. */
    lecture() {
      values.value = LECTURE
      summed.value = new Set()
    },
  }
}

export type BiasModel = ReturnType<typeof biasModel>
