// onnxruntime-web: WebAssembly with SIMD, one thread. It infers; it does not train.
import * as ort from 'onnxruntime-web'
import { encodeModel, node, tensor } from '../onnx.js'
import { toFloats } from '../problem.js'

ort.env.wasm.numThreads = 1

const createSession = model =>
  ort.InferenceSession.create(encodeModel(model), {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  })

export async function createProduct({ m, n, k, a, b }) {
  const session = await createSession({
    inputs: { a: [m, k], b: [k, n] },
    outputs: { c: [m, n] },
    nodes: [node('MatMul', ['a', 'b'], 'c')],
  })
  const feeds = { a: new ort.Tensor('float32', a, [m, k]), b: new ort.Tensor('float32', b, [k, n]) }
  let product
  return {
    async multiply() {
      product = await session.run(feeds)
    },
    read: () => product.c.data,
  }
}

export async function createPredictor({ sizes }, parameters) {
  const last = parameters.length - 1
  const nodes = parameters.flatMap((_, i) => [
    node('Gemm', [i === 0 ? 'x' : `y${i - 1}`, `weights${i}`, `bias${i}`], `sum${i}`),
    node(i === last ? 'Softmax' : 'Relu', [`sum${i}`], `y${i}`),
  ])
  const initializers = parameters.flatMap(({ weights, bias }, i) => [
    tensor(`weights${i}`, [sizes[i], sizes[i + 1]], weights),
    tensor(`bias${i}`, [sizes[i + 1]], bias),
  ])
  const inputs = { x: ['rows', sizes[0]] }
  const outputs = { [`y${last}`]: ['rows', sizes.at(-1)] }
  const session = await createSession({ inputs, outputs, nodes, initializers })
  return {
    load: toFloats,
    async predict(values) {
      const x = new ort.Tensor('float32', values, [values.length / sizes[0], sizes[0]])
      return (await session.run({ x }))[`y${last}`].data
    },
  }
}
