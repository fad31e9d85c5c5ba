// Copies of samples for readers.
import { allocate } from '../allocate.ts'
import { isUint8Array } from '../brands.ts'
import type { DatasetContents, Samples } from '../data/samples.ts'

/** Copies of the given rows. Throws {@link AllocationError}. */
export function readRows(samples: Samples, indices: Int32Array): DatasetContents {
  return allocate(
    () => copiesOf(samples, indices),
    () => `there is no room for copies of ${indices.length} samples: read slices of the data set`,
  )
}

function copiesOf(
  { inputs, labels, targets, sampleWeights, info }: Samples,
  indices: Int32Array,
): DatasetContents {
  const { inputSize, imageShape, targetSize = 0 } = info
  const rows = indices.length
  const { view } = inputs
  const result: DatasetContents = {
    ...(isUint8Array(view)
      ? { inputs: takeRows(view, indices, inputSize, new Uint8Array(rows * inputSize)), bytes: 'pixels' }
      : { inputs: takeRows(view, indices, inputSize, new Float32Array(rows * inputSize)) }),
    inputSize,
    ...(imageShape && { imageShape }),
  }
  if (labels) result.labels = takeRows(labels.view, indices, 1, new Int32Array(rows))
  if (sampleWeights) {
    result.sampleWeights = takeRows(sampleWeights.view, indices, 1, new Float32Array(rows))
  }
  if (targets) {
    result.targets = takeRows(targets.view, indices, targetSize, new Float32Array(rows * targetSize))
    result.targetSize = targetSize
  }
  return result
}

/** The labels of the given rows, copied; undefined where there are none. */
export function readLabels({ labels }: Samples, indices: Int32Array): Int32Array | undefined {
  return labels && takeRows(labels.view, indices, 1, new Int32Array(indices.length))
}

/** The given rows of `source`, `size` values each, in `result`. */
function takeRows<View extends Uint8Array | Float32Array | Int32Array>(
  source: View,
  indices: Int32Array,
  size: number,
  result: View,
): View {
  indices.forEach((index, i) => {
    result.set(source.subarray(index * size, (index + 1) * size), i * size)
  })
  return result
}
