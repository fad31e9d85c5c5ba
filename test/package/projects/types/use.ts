// What a user's program in TypeScript may say, and one thing that it may not.
import { type Dataset, dataset, dense, loadMnist, sequential, type WasmlpError } from 'wasmlp'
import { type CsvData, type NpyArray, parseCsv, parseNpz } from 'wasmlp/data'
import { createKernels, type F32Buffer } from 'wasmlp/kernels'

export async function main() {
  const table: CsvData = await parseCsv('x,y\n1,2', { targets: 'y' })
  const data: Dataset = await dataset(table)
  const arrays: Record<string, NpyArray> = parseNpz(new Uint8Array())
  const { train }: { train: Dataset } = await loadMnist('data')
  const model = await sequential([dense(10, { activation: 'softmax' })], { inputSize: 784 })
  const { epochs } = await model.compile({ learningRate: 0.1 }).fit(train)
  const loss: number | undefined = epochs[0]?.loss
  const a: F32Buffer = (await createKernels({ build: 'simd' })).f32(1)
  // @ts-expect-error: no such activation
  dense(1, { activation: 'rellu' })
  return { data, arrays, loss, a }
}

export const code = (error: WasmlpError): string => error.code
