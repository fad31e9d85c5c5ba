// A stored data set's parts are the file's tensors.
import type { DatasetContents } from '../../../src/data/samples.ts'
import { readSafetensors } from '../../../src/files/safetensors.ts'

/** How contents differ from the file's, in words; undefined where they do not. */
export function differenceOfDataset(bytes: Uint8Array, contents: DatasetContents): string | undefined {
  const { tensors } = readSafetensors(bytes)
  for (const part of ['inputs', 'labels', 'targets', 'sampleWeights'] as const) {
    const [stored, read] = [tensors.get(part)?.data, contents[part]]
    if (stored === undefined && read === undefined) continue
    if (stored?.length !== read?.length) return `it has ${read?.length} ${part}, not ${stored?.length}`
    const at = read?.findIndex((value, i) => !Object.is(value, stored?.[i])) ?? -1
    if (at >= 0) return `element ${at} of its ${part} is ${read?.[at]}, not ${stored?.[at]}`
  }
  return undefined
}
