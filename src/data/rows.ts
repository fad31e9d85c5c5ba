// Samples as runs of rows, and how to copy rows from one run to another.

/** What every sample of a stream has in common. */
export interface RowLayout {
  inputSize: number
  /** Whether inputs are bytes, which count as 0–1; floats otherwise. */
  isBytes: boolean
  hasLabels: boolean
  /** Undefined without targets. */
  targetSize: number | undefined
  hasWeights: boolean
  /** [height, width]; undefined where the samples are not known to be images. */
  imageShape: readonly [number, number] | undefined
}

/** Room for rows. Its views are read anew for each copy, since linear memory may grow; a `Samples` is such a room. */
export interface RowRoom {
  readonly inputs: { readonly view: Uint8Array | Float32Array }
  readonly labels: { readonly view: Int32Array } | undefined
  readonly targets: { readonly view: Float32Array } | undefined
  readonly sampleWeights: { readonly view: Float32Array } | undefined
}

/** Rows `first` to `first + count − 1` of a room. */
export interface RowSlice {
  room: RowRoom
  first: number
  count: number
}

/** Room for rows in the host's memory. */
export function createRoom(layout: RowLayout, rows: number): RowRoom {
  const { inputSize, isBytes, hasLabels, targetSize, hasWeights } = layout
  const size = rows * inputSize
  return {
    inputs: { view: isBytes ? new Uint8Array(size) : new Float32Array(size) },
    labels: hasLabels ? { view: new Int32Array(rows) } : undefined,
    targets: targetSize === undefined ? undefined : { view: new Float32Array(rows * targetSize) },
    sampleWeights: hasWeights ? { view: new Float32Array(rows) } : undefined,
  }
}

/** Copies the rows of a slice to rows from `at` on of another room; both have the layout. */
export function copyRows(
  { inputSize, targetSize = 0 }: RowLayout,
  { room: from, first, count }: RowSlice,
  to: RowRoom,
  at: number,
): void {
  const end = first + count
  to.inputs.view.set(from.inputs.view.subarray(first * inputSize, end * inputSize), at * inputSize)
  if (from.labels) to.labels?.view.set(from.labels.view.subarray(first, end), at)
  if (from.sampleWeights) to.sampleWeights?.view.set(from.sampleWeights.view.subarray(first, end), at)
  if (from.targets) {
    to.targets?.view.set(from.targets.view.subarray(first * targetSize, end * targetSize), at * targetSize)
  }
}
