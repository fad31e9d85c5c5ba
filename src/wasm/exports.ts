// The kernels' exports as TypeScript sees them: the twin of assembly/index.ts, where each is explained. Pointers are
// byte offsets in linear memory; booleans are 0 or 1.

type Pointer = number
type Flag = 0 | 1

export interface KernelExports {
  readonly memory: WebAssembly.Memory
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
  softmax(x: Pointer, y: Pointer, rows: number, columns: number): void
  softmaxGradient(y: Pointer, dy: Pointer, dx: Pointer, rows: number, columns: number): void
  softmaxCrossEntropy(x: Pointer, labels: Pointer, dx: Pointer, rows: number, columns: number): number

  squaredError(y: Pointer, target: Pointer, dy: Pointer, n: number, scale: number): number
  countCorrect(x: Pointer, labels: Pointer, rows: number, columns: number): number

  randomUniform(x: Pointer, n: number, low: number, high: number, seed: number, stream: number): void
  shuffle(x: Pointer, n: number, seed: number, stream: number, words: Pointer): void

  gatherPixels(images: Pointer, indices: Pointer, x: Pointer, rows: number, columns: number): void
  gatherRows(x: Pointer, indices: Pointer, y: Pointer, rows: number, bytes: number): void

  sparseWorkspace(k: number): number
  sparsePixels(
    images: Pointer,
    indices: Pointer,
    rows: number,
    columns: number,
    limit: number,
    starts: Pointer,
    entries: Pointer,
  ): number
  sparseTranspose(
    rows: number,
    columns: number,
    starts: Pointer,
    entries: Pointer,
    newStarts: Pointer,
    newEntries: Pointer,
  ): void
  sparseForward(
    rows: number,
    n: number,
    k: number,
    starts: Pointer,
    entries: Pointer,
    b: Pointer,
    bias: Pointer,
    c: Pointer,
    workspace: Pointer,
  ): void
  sparseAccumulate(
    rows: number,
    n: number,
    k: number,
    starts: Pointer,
    entries: Pointer,
    alpha: number,
    b: Pointer,
    c: Pointer,
    workspace: Pointer,
  ): void
}
