// onnxruntime, which runs ONNX files: what a model exported as one must be equal to.
import * as ort from 'onnxruntime-web/wasm'

ort.env.wasm.numThreads = 1
ort.env.logLevel = 'error'

/** The rows of `output` for rows of `input`, each of which has the given shape, or is as it is. */
export async function runOnnx(
  file: Uint8Array,
  inputs: readonly Float32Array[],
  shape?: readonly number[],
): Promise<Float32Array[]> {
  const session = await ort.InferenceSession.create(file, { executionProviders: ['wasm'] })
  const dims = [inputs.length, ...(shape ?? [inputs[0]?.length ?? 0])]
  const flat = Float32Array.from(inputs.flatMap(row => [...row]))
  const { output } = await session.run({ input: new ort.Tensor('float32', flat, dims) })
  await session.release()
  const data = output?.data as Float32Array
  const width = data.length / inputs.length
  return inputs.map((_, i) => data.slice(i * width, (i + 1) * width))
}

/** The numbers of `output` for rows of 64-bit floats, `width` of them in each. */
export async function runOnnxOfDoubles(
  file: Uint8Array,
  rows: Float64Array,
  width: number,
): Promise<Float32Array | Float64Array> {
  const session = await ort.InferenceSession.create(file, { executionProviders: ['wasm'] })
  const { output } = await session.run({
    input: new ort.Tensor('float64', rows, [rows.length / width, width]),
  })
  await session.release()
  return output?.data as Float32Array | Float64Array
}
