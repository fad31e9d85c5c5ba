// One row by hand: its values, and what the network says of it. No DOM.
import { batch, effect, signal, untracked } from '@preact/signals'
import type { Sequential } from 'wasmlp'
import { parseCsv } from 'wasmlp/data'
import { learned, testSamples } from './learning.model.ts'
import type { TableDescription } from './subject.ts'

/** Texts of the fields, as a file would have them, in the order of the description's columns. */
export const fields = signal<readonly string[]>([])
/** What the table says of that row, where it is one of the table. */
export const really = signal<string | undefined>(undefined)
/** Probabilities of the classes, or one number; undefined where a field is wrong. */
export const answer = signal<readonly number[] | undefined>(undefined)
export const fault = signal<string | undefined>(undefined)

let next = 0
let asked = 0

/** Takes another row that was tested; of a network that was loaded, the means of its inputs. Never rejects. */
export async function takeRow(): Promise<void> {
  const { model, description } = learned.peek() ?? {}
  if (!model || description?.kind !== 'table') return
  const tested = testSamples()
  const at = tested && tested.length > 0 ? next++ % tested.length : undefined
  const sample =
    at === undefined
      ? undefined
      : await tested
          ?.slice(at, at + 1)
          .read()
          .catch(() => undefined)
  if (learned.peek()?.model !== model) return
  const means = meansOf(model)
  let place = 0
  const texts = description.columns.map(({ categories }) => {
    const values = Array.from({ length: categories?.length ?? 1 }, () => {
      const value = sample ? sample.inputs[place] : means?.[place]
      place += 1
      return value ?? 0
    })
    const most = values.indexOf(Math.max(...values))
    return categories ? (categories[most] ?? '') : writtenFloat(values[0] ?? 0)
  })
  const label = sample?.labels?.[0]
  const targetValue = sample?.targets?.[0]
  batch(() => {
    fields.value = texts
    really.value =
      label !== undefined
        ? description.classes?.[label]
        : targetValue === undefined
          ? undefined
          : writtenFloat(targetValue)
  })
}

/** As a file has it: without the digits that single precision adds. */
const writtenFloat = (value: number) => String(Number(value.toPrecision(6)))

function meansOf({ layers: [first] }: Sequential): readonly number[] | undefined {
  return first && 'mean' in first && typeof first.mean === 'object' ? [...first.mean] : undefined
}

export function change(place: number, text: string): void {
  batch(() => {
    fields.value = fields.peek().map((before, i) => (i === place ? text : before))
    really.value = undefined
  })
}

/** The row as a file with a head, which the package reads as it read the table. */
function fileOf({ columns }: TableDescription, texts: readonly string[]): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  return [columns.map(({ name }) => name), texts].map(row => row.map(quoted).join(',')).join('\n')
}

async function ask(): Promise<void> {
  const own = ++asked
  const { model, description } = learned.peek() ?? {}
  const texts = fields.peek()
  if (!model || description?.kind !== 'table' || texts.length !== description.columns.length) return
  try {
    const { columns } = description
    const categorical = columns.flatMap(({ categories }, i) => (categories ? [i] : []))
    const categories = Object.fromEntries(
      columns.flatMap(({ name, categories }) => (categories ? [[name, [...categories]] as const] : [])),
    )
    const { inputs } = await parseCsv(fileOf(description, texts), {
      inputs: columns.map((_, i) => i),
      categorical,
      categories,
    })
    const [prediction] = await model.predict(inputs)
    if (own !== asked) return
    batch(() => {
      answer.value = prediction && [...prediction]
      fault.value = undefined
    })
  } catch (error) {
    if (own !== asked) return
    batch(() => {
      answer.value = undefined
      fault.value = String(Object(error).message || error)
    })
  }
}

/** Another network is asked about another row, and each change of a field is. */
effect(() => {
  const own = learned.value
  untracked(() => {
    next = 0
    batch(() => {
      fields.value = []
      answer.value = undefined
      fault.value = undefined
    })
    if (own) void takeRow()
  })
})
effect(() => {
  if (fields.value.length > 0) untracked(() => void ask())
})
