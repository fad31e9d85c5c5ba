// What each project trains, whatever bundles or runs it: a network of two layers on numbers that are the same
// everywhere, first with the build that gives the same bits everywhere, then with the one that is the quickest here.

const SAMPLES = 512
const FEATURES = 64
const CLASSES = 4

/** A table of points about four centres, as text, so that the data subpath takes part; no number depends on the runtime. */
function table() {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 16) % 100
  }
  const rows = Array.from({ length: SAMPLES }, (_, i) => {
    const values = Array.from({ length: FEATURES }, (_, j) => next() + (j % CLASSES === i % CLASSES ? 60 : 0))
    return `${values.map(value => value / 100).join(',')},class ${i % CLASSES}`
  })
  const names = Array.from({ length: FEATURES }, (_, j) => `x${j}`)
  return [[...names, 'label'].join(','), ...rows].join('\n')
}

/** FNV-1a of all weights and biases, in the order of the layers. */
function hashOf(parameters) {
  let hash = 0x811c9dc5
  for (const { weights, bias } of parameters) {
    for (const { buffer, byteOffset, byteLength } of [weights, bias]) {
      for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
        hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
      }
    }
  }
  return hash.toString(16).padStart(8, '0')
}

async function trainWith(build, { dense, sequential }, data) {
  const model = await sequential(
    [dense(256, { activation: 'relu' }), dense(CLASSES, { activation: 'softmax' })],
    {
      inputSize: FEATURES,
      seed: 1,
      build,
    },
  )
  // Adam's kernel is in the module that is loaded when it is first needed.
  model.compile({ optimizer: 'adam', learningRate: 0.001 })
  const { epochs } = await model.fit(data, { epochs: 3, batchSize: 128 })
  return {
    build: model.capabilities.build,
    threads: model.capabilities.threads,
    losses: epochs.map(({ loss }) => loss),
    hash: hashOf(await model.getParameters()),
  }
}

/**
 * @param {typeof import('wasmlp')} wasmlp
 * @param {typeof import('wasmlp/data')} dataSubpath
 * @param {typeof import('wasmlp/kernels')} kernelsSubpath
 */
export async function train(wasmlp, { parseCsv }, { createKernels }) {
  const data = await wasmlp.dataset(await parseCsv(table(), { label: 'label' }))
  const same = await trainWith('simd', wasmlp, data)
  const quickest = await trainWith('auto', wasmlp, data)
  const kernels = await createKernels()
  const x = kernels.f32(3)
  x.view.set([1, 2, 3])
  await wasmlp.closeThreads()
  return { same, quickest, dot: kernels.sdot(3, x, 1, x, 1) }
}
