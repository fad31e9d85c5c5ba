// What each test runner trains, in a worker: straight to the end, and with an interruption, a checkpoint and a resumption.
const SAMPLES = 96
const FEATURES = 5

/** Numbers that are the same everywhere. */
function table() {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 16) / 65_536
  }
  const inputs = Array.from({ length: SAMPLES }, () => Float32Array.from({ length: FEATURES }, next))
  return { inputs, labels: inputs.map(([a, b]) => (a > b ? 1 : 0)) }
}

/** FNV-1a of a file. */
function hashOf(bytes) {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}

/** The hashes of both models. Rejects where the training was not interrupted. */
export async function resume({ closeEngine, dataset, dense, memoryCheckpoints, sequential }) {
  const data = await dataset({ ...table(), worker: true })
  const create = async () => {
    const layers = [dense(16, { activation: 'tanh' }), dense(2, { activation: 'softmax' })]
    const options = { inputSize: FEATURES, seed: 1, build: 'simd', worker: true }
    return (await sequential(layers, options)).compile({ optimizer: 'adam' })
  }
  const options = { epochs: 4, batchSize: 8, validationSplit: 0.25, earlyStopping: { patience: 9 } }
  const straight = await create()
  await straight.fit(data, options)

  const checkpoints = { store: memoryCheckpoints() }
  const controller = new AbortController()
  const interrupted = await create()
  const reason = await interrupted
    .fit(data, {
      ...options,
      checkpoints,
      signal: controller.signal,
      onBatchEnd: ({ epoch, iteration }) => epoch === 3 && iteration === 2 && controller.abort(),
    })
    .catch(error => error.name)
  if (reason !== 'AbortError') throw new Error(`the training ended by ${reason}`)
  const resumed = await create()
  await resumed.fit(data, { ...options, checkpoints, resume: true })
  const hashes = [hashOf(await straight.toSafetensors()), hashOf(await resumed.toSafetensors())]
  await closeEngine()
  return hashes
}
