// Written by `npm run generate` from what the compiler says of assembly/: change that. Each kernel is explained where
// it is defined.

/** A byte offset in linear memory, or a number of bytes. As a result it is signed, as those of u64 are. */
type usize = number
type i32 = number
type u32 = number
type u64 = bigint
type f32 = number
type f64 = number
type bool = 0 | 1

/** A build's first module. assembly/index.ts lists it. */
export interface CoreExports {
  // assembly/index.ts
  heapBase(): usize

  // assembly/gemm.ts
  sgemm(
    transA: bool,
    transB: bool,
    m: i32,
    n: i32,
    k: i32,
    alpha: f32,
    a: usize,
    lda: i32,
    b: usize,
    ldb: i32,
    beta: f32,
    c: usize,
    ldc: i32,
    workspace: usize,
  ): void
  sgemmWorkspace(m: i32, n: i32, k: i32): usize

  // assembly/blas.ts
  sdot(n: i32, x: usize, incx: i32, y: usize, incy: i32): f32

  // assembly/reductions.ts
  sumF64(x: usize, n: i32): f64
  sumI32(x: usize, n: i32): i32

  // assembly/activations.ts
  activation(kind: i32, x: usize, y: usize, n: i32, slope: f32): void
  activationGradient(kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, slope: f32): void

  // assembly/dense.ts
  activate(kind: i32, slope: f32, rows: i32, units: i32, z: usize, y: usize, thread: i32, threads: i32): void
  denseForward(
    kind: i32,
    slope: f32,
    rows: i32,
    inputs: i32,
    units: i32,
    x: usize,
    w: usize,
    b: usize,
    z: usize,
    y: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
    claims: usize,
  ): void
  denseInputGradient(
    kind: i32,
    slope: f32,
    rows: i32,
    inputs: i32,
    units: i32,
    dz: usize,
    w: usize,
    z: usize,
    y: usize,
    dx: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
    claims: usize,
  ): void
  denseOutputGradient(
    kind: i32,
    slope: f32,
    rows: i32,
    units: i32,
    z: usize,
    y: usize,
    dy: usize,
    dz: usize,
    thread: i32,
    threads: i32,
  ): void
  denseWeightGradient(
    rows: i32,
    inputs: i32,
    units: i32,
    alpha: f32,
    beta: f32,
    x: usize,
    dz: usize,
    dw: usize,
    db: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
  ): void

  // assembly/softmax.ts
  softmax(x: usize, y: usize, rows: i32, columns: i32, thread: i32, threads: i32): void

  // assembly/losses.ts
  softmaxCrossEntropy(
    x: usize,
    labels: usize,
    indices: usize,
    losses: usize,
    hits: usize,
    dx: usize,
    rows: i32,
    columns: i32,
    thread: i32,
    threads: i32,
  ): void

  // assembly/random.ts
  randomUniform(x: usize, n: i32, low: f32, high: f32, seed: u32, stream: u32): void
  shuffle(x: usize, n: i32, seed: u32, stream: u32, words: usize): void

  // assembly/gather.ts
  gatherPixels(
    images: usize,
    indices: usize,
    x: usize,
    rows: i32,
    columns: i32,
    thread: i32,
    threads: i32,
  ): void
  gatherRows(x: usize, indices: usize, y: usize, rows: i32, bytes: i32, thread: i32, threads: i32): void

  // assembly/sparse.ts
  packPanels(k: i32, n: i32, matrix: usize, panels: usize): void
  panelsBytes(k: i32, n: i32): usize
  sparseForward(
    kind: i32,
    slope: f32,
    rows: i32,
    k: i32,
    n: i32,
    counts: usize,
    entries: usize,
    packed: bool,
    w: usize,
    b: usize,
    z: usize,
    y: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
    claims: usize,
  ): void
  sparsePixels(
    images: usize,
    indices: usize,
    rows: i32,
    columns: i32,
    counts: usize,
    entries: usize,
    thread: i32,
    threads: i32,
  ): void
  sparseStride(columns: i32): usize
  sparseTranspose(
    rows: i32,
    columns: i32,
    counts: usize,
    entries: usize,
    newCounts: usize,
    newEntries: usize,
    thread: i32,
    threads: i32,
  ): void
  sparseWeightGradient(
    rows: i32,
    k: i32,
    n: i32,
    counts: usize,
    entries: usize,
    packed: bool,
    alpha: f32,
    beta: f32,
    dz: usize,
    dw: usize,
    db: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
    claims: usize,
  ): void
  sparseWorkspace(k: i32): usize
  unpackPanels(k: i32, n: i32, panels: usize, matrix: usize): void
}

/** Its second module, on the memory of the first. assembly/supplement.ts lists it. */
export interface SupplementExports {
  // assembly/curves.ts
  curve(kind: i32, x: usize, y: usize, n: i32, slope: f32): void
  curveGradient(kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, slope: f32): void

  // assembly/blas.ts
  saxpy(n: i32, alpha: f32, x: usize, incx: i32, y: usize, incy: i32): void
  sgemv(
    transposed: bool,
    m: i32,
    n: i32,
    alpha: f32,
    a: usize,
    lda: i32,
    x: usize,
    incx: i32,
    beta: f32,
    y: usize,
    incy: i32,
  ): void
  sscal(n: i32, alpha: f32, x: usize, incx: i32): void

  // assembly/reductions.ts
  argmax(x: usize, y: usize, rows: i32, columns: i32): void
  broadcastRow(b: usize, y: usize, rows: i32, columns: i32): void
  sumAxis0(x: usize, y: usize, rows: i32, columns: i32): void
  transpose(x: usize, y: usize, rows: i32, columns: i32): void

  // assembly/softmax.ts
  logSoftmax(x: usize, y: usize, rows: i32, columns: i32, thread: i32, threads: i32): void
  softmaxGradient(y: usize, dy: usize, dx: usize, rows: i32, columns: i32): void

  // assembly/losses.ts
  elementwiseLoss(
    kind: i32,
    delta: f32,
    y: usize,
    labels: usize,
    targets: usize,
    indices: usize,
    sampleWeights: usize,
    classWeights: usize,
    losses: usize,
    total: usize,
    hits: usize,
    dy: usize,
    rows: i32,
    columns: i32,
    thread: i32,
    threads: i32,
  ): void
  multiclassHinge(
    x: usize,
    labels: usize,
    indices: usize,
    sampleWeights: usize,
    classWeights: usize,
    losses: usize,
    total: usize,
    hits: usize,
    dx: usize,
    rows: i32,
    columns: i32,
    thread: i32,
    threads: i32,
  ): void
  weightedCrossEntropy(
    x: usize,
    labels: usize,
    targets: usize,
    indices: usize,
    sampleWeights: usize,
    classWeights: usize,
    smoothing: f64,
    losses: usize,
    total: usize,
    hits: usize,
    dx: usize,
    rows: i32,
    columns: i32,
    thread: i32,
    threads: i32,
  ): void

  // assembly/metrics.ts
  firstInvalidRow(rule: i32, x: usize, rows: i32, columns: i32): i32
  regressionSums(
    y: usize,
    targets: usize,
    indices: usize,
    sums: usize,
    rows: i32,
    columns: i32,
    thread: i32,
    threads: i32,
  ): void

  // assembly/diagnosis.ts
  countFlat(
    kind: i32,
    slope: f32,
    rows: i32,
    units: i32,
    z: usize,
    y: usize,
    limit: f32,
    counts: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
  ): void

  // assembly/augment.ts
  augmentImages(
    images: usize,
    indices: usize,
    labels: usize,
    rows: i32,
    width: i32,
    height: i32,
    limits: usize,
    seed: u32,
    step: usize,
    taken: usize,
    most: i32,
    y: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
  ): i32
  augmentWorkspace(width: i32, height: i32, limits: usize): usize

  // assembly/normal.ts
  randomNormal(x: usize, n: i32, mean: f32, deviation: f32, tail: f64, seed: u32, stream: u32): void

  // assembly/orthonormal.ts
  orthonormalize(x: usize, rows: i32, columns: i32, gain: f32): void

  // assembly/dropout.ts
  dropout(
    x: usize,
    y: usize,
    n: i32,
    rate: f32,
    seed: u32,
    stream: u32,
    step: usize,
    thread: i32,
    threads: i32,
  ): void

  // assembly/batch-normalization.ts
  batchNormalization(
    x: usize,
    y: usize,
    rows: i32,
    columns: i32,
    gamma: usize,
    beta: usize,
    mean: usize,
    variance: usize,
    epsilon: f32,
    inverse: usize,
    thread: i32,
    threads: i32,
  ): void
  batchNormalizationGradient(
    x: usize,
    dy: usize,
    dx: usize,
    rows: i32,
    columns: i32,
    gamma: usize,
    mean: usize,
    inverse: usize,
    accumulate: f32,
    dGamma: usize,
    dBeta: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
  ): void
  batchStatistics(
    x: usize,
    rows: i32,
    columns: i32,
    mean: usize,
    variance: usize,
    thread: i32,
    threads: i32,
  ): void
  updateRunningStatistics(
    rows: i32,
    columns: i32,
    momentum: f32,
    mean: usize,
    variance: usize,
    runningMean: usize,
    runningVariance: usize,
    batches: usize,
    thread: i32,
    threads: i32,
  ): void

  // assembly/layer-normalization.ts
  layerNormalization(
    x: usize,
    y: usize,
    rows: i32,
    columns: i32,
    gamma: usize,
    beta: usize,
    epsilon: f32,
    mean: usize,
    inverse: usize,
    thread: i32,
    threads: i32,
  ): void
  layerNormalizationGradient(
    x: usize,
    dy: usize,
    dx: usize,
    rows: i32,
    columns: i32,
    gamma: usize,
    mean: usize,
    inverse: usize,
    thread: i32,
    threads: i32,
  ): void
  layerNormalizationParameterGradient(
    x: usize,
    dy: usize,
    rows: i32,
    columns: i32,
    mean: usize,
    inverse: usize,
    accumulate: f32,
    dGamma: usize,
    dBeta: usize,
    thread: i32,
    threads: i32,
  ): void

  // assembly/prelu.ts
  prelu(
    x: usize,
    y: usize,
    rows: i32,
    units: i32,
    slopes: usize,
    shared: bool,
    thread: i32,
    threads: i32,
  ): void
  preluGradient(
    x: usize,
    dy: usize,
    dx: usize,
    rows: i32,
    units: i32,
    slopes: usize,
    shared: bool,
    thread: i32,
    threads: i32,
  ): void
  preluSlopeGradient(
    x: usize,
    dy: usize,
    rows: i32,
    units: i32,
    accumulate: f32,
    da: usize,
    thread: i32,
    threads: i32,
  ): void
  sharedSlopeGradient(sums: usize, n: i32, accumulate: f32, da: usize, thread: i32, threads: i32): void

  // assembly/input-scaling.ts
  foldInputScaling(
    inputs: i32,
    units: i32,
    w: usize,
    b: usize,
    mean: usize,
    scale: usize,
    foldedW: usize,
    foldedB: usize,
    thread: i32,
    threads: i32,
  ): void
  scaleRows(
    x: usize,
    y: usize,
    rows: i32,
    columns: i32,
    mean: usize,
    scale: usize,
    thread: i32,
    threads: i32,
  ): void
  unfoldInputScaling(
    inputs: i32,
    units: i32,
    g: usize,
    c: usize,
    mean: usize,
    scale: usize,
    accumulate: f32,
    dw: usize,
    db: usize,
    thread: i32,
    threads: i32,
  ): void

  // assembly/statistics.ts
  columnStatistics(
    x: usize,
    bytes: bool,
    indices: usize,
    rows: i32,
    columns: i32,
    mean: usize,
    variance: usize,
    thread: i32,
    threads: i32,
  ): void

  // assembly/xxh64.ts
  xxh64(data: usize, length: i32, seed: u64): u64

  // assembly/optimizers.ts
  sumOfSquaresParts(n: i32): i32
  sumOfSquares(n: i32, x: usize, parts: usize, thread: i32, threads: i32): void
  sgdUpdate(
    n: i32,
    weightCount: i32,
    p: usize,
    g: usize,
    parts: usize,
    gradientScale: f64,
    clipNorm: f64,
    clipValue: f64,
    l1: f64,
    l2: f64,
    weightDecay: f64,
    learningRate: f64,
    thread: i32,
    threads: i32,
  ): void
  momentumUpdate(
    n: i32,
    weightCount: i32,
    p: usize,
    g: usize,
    parts: usize,
    gradientScale: f64,
    clipNorm: f64,
    clipValue: f64,
    l1: f64,
    l2: f64,
    weightDecay: f64,
    learningRate: f64,
    momentum: f64,
    velocity: usize,
    thread: i32,
    threads: i32,
  ): void
  nesterovUpdate(
    n: i32,
    weightCount: i32,
    p: usize,
    g: usize,
    parts: usize,
    gradientScale: f64,
    clipNorm: f64,
    clipValue: f64,
    l1: f64,
    l2: f64,
    weightDecay: f64,
    learningRate: f64,
    momentum: f64,
    velocity: usize,
    thread: i32,
    threads: i32,
  ): void
  adagradUpdate(
    n: i32,
    weightCount: i32,
    p: usize,
    g: usize,
    parts: usize,
    gradientScale: f64,
    clipNorm: f64,
    clipValue: f64,
    l1: f64,
    l2: f64,
    weightDecay: f64,
    learningRate: f64,
    epsilon: f64,
    squareSum: usize,
    thread: i32,
    threads: i32,
  ): void
  rmspropUpdate(
    n: i32,
    weightCount: i32,
    p: usize,
    g: usize,
    parts: usize,
    gradientScale: f64,
    clipNorm: f64,
    clipValue: f64,
    l1: f64,
    l2: f64,
    weightDecay: f64,
    learningRate: f64,
    alpha: f64,
    epsilon: f64,
    momentum: f64,
    centered: bool,
    squareMean: usize,
    gradientMean: usize,
    velocity: usize,
    thread: i32,
    threads: i32,
  ): void
  adamUpdate(
    n: i32,
    weightCount: i32,
    p: usize,
    g: usize,
    parts: usize,
    gradientScale: f64,
    clipNorm: f64,
    clipValue: f64,
    l1: f64,
    l2: f64,
    weightDecay: f64,
    learningRate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    beta1Power: f64,
    beta2Power: f64,
    firstMoment: usize,
    secondMoment: usize,
    thread: i32,
    threads: i32,
  ): void
  adamwUpdate(
    n: i32,
    weightCount: i32,
    p: usize,
    g: usize,
    parts: usize,
    gradientScale: f64,
    clipNorm: f64,
    clipValue: f64,
    l1: f64,
    l2: f64,
    weightDecay: f64,
    learningRate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    beta1Power: f64,
    beta2Power: f64,
    firstMoment: usize,
    secondMoment: usize,
    thread: i32,
    threads: i32,
  ): void
  nadamUpdate(
    n: i32,
    weightCount: i32,
    p: usize,
    g: usize,
    parts: usize,
    gradientScale: f64,
    clipNorm: f64,
    clipValue: f64,
    l1: f64,
    l2: f64,
    weightDecay: f64,
    learningRate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    momentumDecay: f64,
    decoupledWeightDecay: bool,
    beta2Power: f64,
    momentumPower: f64,
    muProduct: f64,
    firstMoment: usize,
    secondMoment: usize,
    thread: i32,
    threads: i32,
  ): void
  lionUpdate(
    n: i32,
    weightCount: i32,
    p: usize,
    g: usize,
    parts: usize,
    gradientScale: f64,
    clipNorm: f64,
    clipValue: f64,
    l1: f64,
    l2: f64,
    weightDecay: f64,
    learningRate: f64,
    beta1: f64,
    beta2: f64,
    firstMoment: usize,
    thread: i32,
    threads: i32,
  ): void
}

/** Its third module, likewise. assembly/sparsity.ts lists it. */
export interface SparsityExports {
  // assembly/sparsity.ts
  sparseInputForward(
    kind: i32,
    slope: f32,
    rows: i32,
    inputs: i32,
    units: i32,
    counts: usize,
    entries: usize,
    x: usize,
    w: usize,
    b: usize,
    z: usize,
    y: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
    claims: usize,
  ): void
  sparseGradientInputGradient(
    kind: i32,
    slope: f32,
    rows: i32,
    inputs: i32,
    units: i32,
    counts: usize,
    entries: usize,
    dz: usize,
    w: usize,
    z: usize,
    y: usize,
    dx: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
    claims: usize,
  ): void
  sparseInputWeightGradient(
    rows: i32,
    inputs: i32,
    units: i32,
    counts: usize,
    entries: usize,
    alpha: f32,
    beta: f32,
    x: usize,
    dz: usize,
    dw: usize,
    workspace: usize,
    thread: i32,
    threads: i32,
    claims: usize,
  ): void
  biasGradient(
    rows: i32,
    units: i32,
    alpha: f32,
    beta: f32,
    dz: usize,
    db: usize,
    thread: i32,
    threads: i32,
  ): void

  // assembly/non-zeros.ts
  nonZeroList(
    rows: i32,
    columns: i32,
    x: usize,
    counts: usize,
    entries: usize,
    thread: i32,
    threads: i32,
  ): void
  nonZeroStride(columns: i32): usize
  nonZeroTranspose(
    rows: i32,
    columns: i32,
    counts: usize,
    entries: usize,
    newCounts: usize,
    newEntries: usize,
    thread: i32,
    threads: i32,
  ): void
}

/** What the first module of a build with threads exports besides. assembly/team.ts lists it. */
export interface TeamExports {
  // assembly/team.ts
  start(team: usize, workers: i32): void
  awaitStart(team: usize, seen: i32, spins: i32, milliseconds: i32): i32
  setSpareWork(team: usize, isThere: bool): void
  hasSpareWork(team: usize, seen: i32, spins: i32): bool
  finish(team: usize): void
  fail(team: usize): void
  end(team: usize): void
  isOver(team: usize): bool
  awaitFinish(team: usize, spins: i32, milliseconds: i32): i32
}

/** Kernels that threads can compute together: `thread` and `threads` come last (assembly/share.ts). */
export type SharingKernel =
  | 'activate'
  | 'denseOutputGradient'
  | 'denseWeightGradient'
  | 'softmax'
  | 'softmaxCrossEntropy'
  | 'gatherPixels'
  | 'gatherRows'
  | 'sparsePixels'
  | 'sparseTranspose'
  | 'logSoftmax'
  | 'elementwiseLoss'
  | 'multiclassHinge'
  | 'weightedCrossEntropy'
  | 'regressionSums'
  | 'countFlat'
  | 'augmentImages'
  | 'dropout'
  | 'batchNormalization'
  | 'batchNormalizationGradient'
  | 'batchStatistics'
  | 'updateRunningStatistics'
  | 'layerNormalization'
  | 'layerNormalizationGradient'
  | 'layerNormalizationParameterGradient'
  | 'prelu'
  | 'preluGradient'
  | 'preluSlopeGradient'
  | 'sharedSlopeGradient'
  | 'foldInputScaling'
  | 'scaleRows'
  | 'unfoldInputScaling'
  | 'columnStatistics'
  | 'sumOfSquares'
  | 'sgdUpdate'
  | 'momentumUpdate'
  | 'nesterovUpdate'
  | 'adagradUpdate'
  | 'rmspropUpdate'
  | 'adamUpdate'
  | 'adamwUpdate'
  | 'nadamUpdate'
  | 'lionUpdate'
  | 'biasGradient'
  | 'nonZeroList'
  | 'nonZeroTranspose'

/** Those among which the threads divide the work as they go: `claims` comes last, behind these. */
export type ClaimingKernel =
  | 'denseForward'
  | 'denseInputGradient'
  | 'sparseForward'
  | 'sparseWeightGradient'
  | 'sparseInputForward'
  | 'sparseGradientInputGradient'
  | 'sparseInputWeightGradient'

/** For each optimiser, what its kernel takes besides what all take: numbers, then the vectors of its state. */
export const OPTIMIZER_KERNELS = {
  sgd: { numbers: [], vectors: [] },
  momentum: { numbers: ['momentum'], vectors: ['velocity'] },
  nesterov: { numbers: ['momentum'], vectors: ['velocity'] },
  adagrad: { numbers: ['epsilon'], vectors: ['squareSum'] },
  rmsprop: {
    numbers: ['alpha', 'epsilon', 'momentum', 'centered'],
    vectors: ['squareMean', 'gradientMean', 'velocity'],
  },
  adam: {
    numbers: ['beta1', 'beta2', 'epsilon', 'beta1Power', 'beta2Power'],
    vectors: ['firstMoment', 'secondMoment'],
  },
  adamw: {
    numbers: ['beta1', 'beta2', 'epsilon', 'beta1Power', 'beta2Power'],
    vectors: ['firstMoment', 'secondMoment'],
  },
  nadam: {
    numbers: [
      'beta1',
      'beta2',
      'epsilon',
      'momentumDecay',
      'decoupledWeightDecay',
      'beta2Power',
      'momentumPower',
      'muProduct',
    ],
    vectors: ['firstMoment', 'secondMoment'],
  },
  lion: { numbers: ['beta1', 'beta2'], vectors: ['firstMoment'] },
}
