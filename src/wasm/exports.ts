// The kernels' exports as TypeScript sees them, of both modules: the twin of assembly/index.ts and supplement.ts. Each is
// explained where it is defined. Pointers are byte offsets in linear memory; booleans are 0 or 1.

type Pointer = number
type Flag = 0 | 1

/** Kernels that a team of threads can compute together, without their last parameters: `thread`, `threads` and,
 * for some, `claims` (assembly/share.ts). */
export interface TeamKernels {
  denseForward(
    kind: number,
    slope: number,
    rows: number,
    inputs: number,
    units: number,
    x: Pointer,
    w: Pointer,
    b: Pointer,
    z: Pointer,
    y: Pointer,
    workspace: Pointer,
  ): void
  denseOutputGradient(
    kind: number,
    slope: number,
    rows: number,
    units: number,
    z: Pointer,
    y: Pointer,
    dy: Pointer,
    dz: Pointer,
  ): void
  denseInputGradient(
    kind: number,
    slope: number,
    rows: number,
    inputs: number,
    units: number,
    dz: Pointer,
    w: Pointer,
    z: Pointer,
    y: Pointer,
    dx: Pointer,
    workspace: Pointer,
  ): void
  denseWeightGradient(
    rows: number,
    inputs: number,
    units: number,
    alpha: number,
    beta: number,
    x: Pointer,
    dz: Pointer,
    dw: Pointer,
    db: Pointer,
    workspace: Pointer,
  ): void

  softmax(x: Pointer, y: Pointer, rows: number, columns: number): void
  logSoftmax(x: Pointer, y: Pointer, rows: number, columns: number): void
  softmaxCrossEntropy(
    x: Pointer,
    labels: Pointer,
    indices: Pointer,
    losses: Pointer,
    hits: Pointer,
    dx: Pointer,
    rows: number,
    columns: number,
  ): void
  weightedCrossEntropy(
    x: Pointer,
    labels: Pointer,
    targets: Pointer,
    indices: Pointer,
    sampleWeights: Pointer,
    classWeights: Pointer,
    smoothing: number,
    losses: Pointer,
    total: Pointer,
    hits: Pointer,
    dx: Pointer,
    rows: number,
    columns: number,
  ): void
  elementwiseLoss(
    kind: number,
    delta: number,
    y: Pointer,
    labels: Pointer,
    targets: Pointer,
    indices: Pointer,
    sampleWeights: Pointer,
    classWeights: Pointer,
    losses: Pointer,
    total: Pointer,
    hits: Pointer,
    dy: Pointer,
    rows: number,
    columns: number,
  ): void
  multiclassHinge(
    x: Pointer,
    labels: Pointer,
    indices: Pointer,
    sampleWeights: Pointer,
    classWeights: Pointer,
    losses: Pointer,
    total: Pointer,
    hits: Pointer,
    dx: Pointer,
    rows: number,
    columns: number,
  ): void

  regressionSums(
    y: Pointer,
    targets: Pointer,
    indices: Pointer,
    sums: Pointer,
    rows: number,
    columns: number,
  ): void

  countFlat(
    kind: number,
    slope: number,
    rows: number,
    units: number,
    z: Pointer,
    y: Pointer,
    limit: number,
    counts: Pointer,
    workspace: Pointer,
  ): void

  gatherPixels(images: Pointer, indices: Pointer, x: Pointer, rows: number, columns: number): void
  columnStatistics(
    x: Pointer,
    bytes: Flag,
    indices: Pointer,
    rows: number,
    columns: number,
    mean: Pointer,
    variance: Pointer,
  ): void

  gatherRows(x: Pointer, indices: Pointer, y: Pointer, rows: number, bytes: number): void
  augmentImages(
    images: Pointer,
    indices: Pointer,
    labels: Pointer,
    rows: number,
    width: number,
    height: number,
    limits: Pointer,
    seed: number,
    step: Pointer,
    taken: Pointer,
    most: number,
    y: Pointer,
    workspace: Pointer,
  ): number

  sparsePixels(
    images: Pointer,
    indices: Pointer,
    rows: number,
    columns: number,
    counts: Pointer,
    entries: Pointer,
  ): void
  sparseTranspose(
    rows: number,
    columns: number,
    counts: Pointer,
    entries: Pointer,
    newCounts: Pointer,
    newEntries: Pointer,
  ): void
  sparseForward(
    kind: number,
    slope: number,
    rows: number,
    k: number,
    n: number,
    counts: Pointer,
    entries: Pointer,
    packed: Flag,
    w: Pointer,
    b: Pointer,
    z: Pointer,
    y: Pointer,
    workspace: Pointer,
  ): void
  sparseWeightGradient(
    rows: number,
    k: number,
    n: number,
    counts: Pointer,
    entries: Pointer,
    packed: Flag,
    alpha: number,
    beta: number,
    dz: Pointer,
    dw: Pointer,
    db: Pointer,
    workspace: Pointer,
  ): void

  sumOfSquares(n: number, x: Pointer, parts: Pointer): void
  sgdUpdate(
    n: number,
    weightCount: number,
    settings: Pointer,
    parts: Pointer,
    p: Pointer,
    g: Pointer,
    velocity: Pointer,
  ): void
  adagradUpdate(
    n: number,
    weightCount: number,
    settings: Pointer,
    parts: Pointer,
    p: Pointer,
    g: Pointer,
    squareSum: Pointer,
  ): void
  rmspropUpdate(
    n: number,
    weightCount: number,
    settings: Pointer,
    parts: Pointer,
    p: Pointer,
    g: Pointer,
    squareMean: Pointer,
    gradientMean: Pointer,
    velocity: Pointer,
  ): void
  adamUpdate(
    n: number,
    weightCount: number,
    settings: Pointer,
    parts: Pointer,
    p: Pointer,
    g: Pointer,
    m: Pointer,
    v: Pointer,
  ): void

  activate(kind: number, slope: number, rows: number, units: number, z: Pointer, y: Pointer): void
  dropout(x: Pointer, y: Pointer, n: number, rate: number, seed: number, stream: number, step: Pointer): void

  batchStatistics(x: Pointer, rows: number, columns: number, mean: Pointer, variance: Pointer): void
  batchNormalization(
    x: Pointer,
    y: Pointer,
    rows: number,
    columns: number,
    gamma: Pointer,
    beta: Pointer,
    mean: Pointer,
    variance: Pointer,
    epsilon: number,
    inverse: Pointer,
  ): void
  batchNormalizationGradient(
    x: Pointer,
    dy: Pointer,
    dx: Pointer,
    rows: number,
    columns: number,
    gamma: Pointer,
    mean: Pointer,
    inverse: Pointer,
    accumulate: Flag,
    dGamma: Pointer,
    dBeta: Pointer,
    workspace: Pointer,
  ): void
  updateRunningStatistics(
    rows: number,
    columns: number,
    momentum: number,
    mean: Pointer,
    variance: Pointer,
    runningMean: Pointer,
    runningVariance: Pointer,
    batches: Pointer,
  ): void

  layerNormalization(
    x: Pointer,
    y: Pointer,
    rows: number,
    columns: number,
    gamma: Pointer,
    beta: Pointer,
    epsilon: number,
    mean: Pointer,
    inverse: Pointer,
  ): void
  layerNormalizationGradient(
    x: Pointer,
    dy: Pointer,
    dx: Pointer,
    rows: number,
    columns: number,
    gamma: Pointer,
    mean: Pointer,
    inverse: Pointer,
  ): void
  layerNormalizationParameterGradient(
    x: Pointer,
    dy: Pointer,
    rows: number,
    columns: number,
    mean: Pointer,
    inverse: Pointer,
    accumulate: Flag,
    dGamma: Pointer,
    dBeta: Pointer,
  ): void

  prelu(x: Pointer, y: Pointer, rows: number, units: number, slopes: Pointer, shared: Flag): void
  preluGradient(
    x: Pointer,
    dy: Pointer,
    dx: Pointer,
    rows: number,
    units: number,
    slopes: Pointer,
    shared: Flag,
  ): void
  preluSlopeGradient(
    x: Pointer,
    dy: Pointer,
    rows: number,
    units: number,
    accumulate: Flag,
    da: Pointer,
  ): void
  sharedSlopeGradient(sums: Pointer, n: number, accumulate: Flag, da: Pointer): void

  scaleRows(x: Pointer, y: Pointer, rows: number, columns: number, mean: Pointer, scale: Pointer): void
  foldInputScaling(
    inputs: number,
    units: number,
    w: Pointer,
    b: Pointer,
    mean: Pointer,
    scale: Pointer,
    foldedW: Pointer,
    foldedB: Pointer,
  ): void
  unfoldInputScaling(
    inputs: number,
    units: number,
    g: Pointer,
    c: Pointer,
    mean: Pointer,
    scale: Pointer,
    accumulate: Flag,
    dw: Pointer,
    db: Pointer,
  ): void
}

/** A team kernel as the module has it. */
type Shared<Kernel> = Kernel extends (...args: infer Parameters extends number[]) => void
  ? (...args: [...Parameters, thread: number, threads: number, claims?: number]) => void
  : never

/** Kernels that one thread computes alone. */
interface SerialKernels {
  heapBase(): Pointer

  sgemmWorkspace(m: number, n: number, k: number): number
  sgemm(
    transA: Flag,
    transB: Flag,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: Pointer,
    lda: number,
    b: Pointer,
    ldb: number,
    beta: number,
    c: Pointer,
    ldc: number,
    workspace: Pointer,
  ): void
  sgemv(
    transA: Flag,
    m: number,
    n: number,
    alpha: number,
    a: Pointer,
    lda: number,
    x: Pointer,
    incx: number,
    beta: number,
    y: Pointer,
    incy: number,
  ): void
  saxpy(n: number, alpha: number, x: Pointer, incx: number, y: Pointer, incy: number): void
  sdot(n: number, x: Pointer, incx: number, y: Pointer, incy: number): number
  sscal(n: number, alpha: number, x: Pointer, incx: number): void

  transpose(x: Pointer, y: Pointer, rows: number, columns: number): void
  broadcastRow(b: Pointer, y: Pointer, rows: number, columns: number): void
  sumAxis0(x: Pointer, y: Pointer, rows: number, columns: number): void
  argmax(x: Pointer, y: Pointer, rows: number, columns: number): void
  sumF64(x: Pointer, n: number): number
  sumI32(x: Pointer, n: number): number

  activation(kind: number, x: Pointer, y: Pointer, n: number, slope: number): void
  activationGradient(
    kind: number,
    x: Pointer,
    y: Pointer,
    dy: Pointer,
    dx: Pointer,
    n: number,
    slope: number,
  ): void
  /** What the first module calls of the second. */
  curve: KernelExports['activation']
  curveGradient: KernelExports['activationGradient']
  softmaxGradient(y: Pointer, dy: Pointer, dx: Pointer, rows: number, columns: number): void
  firstInvalidRow(rule: number, x: Pointer, rows: number, columns: number): number

  sumOfSquaresParts(n: number): number

  randomUniform(x: Pointer, n: number, low: number, high: number, seed: number, stream: number): void
  randomNormal(
    x: Pointer,
    n: number,
    mean: number,
    deviation: number,
    tail: number,
    seed: number,
    stream: number,
  ): void
  orthonormalize(x: Pointer, rows: number, columns: number, gain: number): void
  shuffle(x: Pointer, n: number, seed: number, stream: number, words: Pointer): void

  augmentWorkspace(width: number, height: number, limits: Pointer): number

  panelsBytes(k: number, n: number): number
  packPanels(k: number, n: number, matrix: Pointer, panels: Pointer): void
  unpackPanels(k: number, n: number, panels: Pointer, matrix: Pointer): void
  sparseStride(columns: number): number
  sparseWorkspace(k: number): number

  /** Signed, as WebAssembly gives 64-bit integers. */
  xxh64(data: Pointer, length: number, seed: bigint): bigint
}

export type KernelExports = SerialKernels & {
  readonly [Name in keyof TeamKernels]: Shared<TeamKernels[Name]>
}

/** What builds with threads export besides. */
export interface TeamExports {
  start(team: Pointer, workers: number): void
  awaitStart(team: Pointer, seen: number, spins: number, milliseconds: number): number
  setSpareWork(team: Pointer, isThere: Flag): void
  hasSpareWork(team: Pointer, seen: number, spins: number): Flag
  finish(team: Pointer): void
  fail(team: Pointer): void
  end(team: Pointer): void
  isOver(team: Pointer): number
  awaitFinish(team: Pointer, spins: number, milliseconds: number): number
}
