// Trains with the built package and says how that went, as one line of JSON: for processes that something was taken from.
// Arguments: `worker` and `threads=N` as for a model; `frozen` freezes all prototypes and constructors first, as SES does;
// `without=NAME,…` deletes globals.
const given = process.argv.slice(2)
const listOf = name =>
  given
    .find(word => word.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .split(',') ?? []

/** The intrinsics that can be reached from the global object, with nothing to make up for the override mistake. */
function freezeAll() {
  const seen = new Set([globalThis, process])
  const visit = value => {
    if (Object(value) !== value || seen.has(value)) return
    seen.add(value)
    visit(Object.getPrototypeOf(value))
    for (const { value: inner, get, set } of Object.values(Object.getOwnPropertyDescriptors(value))) {
      for (const part of [inner, get, set]) visit(part)
    }
    Object.freeze(value)
  }
  const names = [
    'Object',
    'Function',
    'Array',
    'Error',
    'TypeError',
    'RangeError',
    'AggregateError',
    'Promise',
    'Map',
  ]
  for (const name of [
    ...names,
    'Set',
    'RegExp',
    'Date',
    'Symbol',
    'String',
    'Number',
    'BigInt',
    'Boolean',
    'Proxy',
  ]) {
    visit(globalThis[name])
  }
  for (const name of ['Float32Array', 'ArrayBuffer', 'DataView', 'WeakMap', 'JSON', 'Math', 'Reflect']) {
    visit(globalThis[name])
  }
}

if (given.includes('frozen')) freezeAll()
for (const name of listOf('without')) delete globalThis[name]

const say = result => console.log(JSON.stringify(result))
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, error => {
    say({ event, error: String(error) })
    process.exit(1)
  })
}

try {
  const { closeEngine, dataset, dense, memoryCheckpoints, sequential } = await import(
    '../../../dist/node/index.js'
  )
  const { createKernels } = await import('../../../dist/node/kernels.js')
  const { parseCsv, toNpy, parseNpy } = await import('../../../dist/node/data.js')
  const { toOnnx, sequentialFromOnnx, toLayersModel } = await import('../../../dist/node/formats.js')
  const worker = given.includes('worker')
  const [threads = 1] = listOf('threads').map(Number)
  const text = Array.from({ length: 400 }, (_, i) => `${(i * 37) % 101},${(i * 53) % 97},${i % 2}`).join('\n')
  const data = await dataset({
    ...(await parseCsv(`constructor,toString,label\n${text}`, { label: 'label' })),
    worker,
  })
  const model = await sequential([dense(256, { activation: 'gelu' }), dense(2, { activation: 'softmax' })], {
    inputSize: 2,
    seed: 1,
    build: 'simd',
    threads,
    worker,
  })
  model.compile({ optimizer: 'adam', learningRate: 0.001 })
  const checkpoints = { store: memoryCheckpoints() }
  const thrown = Object.defineProperty(new TypeError('thrown'), 'toString', { value: 1, enumerable: true })
  const onEpochEnd = ({ epoch }) => {
    if (epoch === 2) throw thrown
  }
  const options = { epochs: 3, batchSize: 100, checkpoints }
  const error = await model.fit(data, { ...options, onEpochEnd }).catch(error => error)
  if (error !== thrown) throw error
  await model.fit(data, { ...options, resume: true })
  const imported = await sequentialFromOnnx(await toOnnx(model), { worker })
  await toLayersModel(imported)
  parseNpy(toNpy(Float32Array.of(1, 2)))
  const [{ weights }] = await model.getParameters()
  const { threads: used, threadsReason } = model.capabilities
  const kernels = await createKernels()
  kernels.f32(4)
  await closeEngine()
  const sum = weights.reduce((sum, weight, i) => sum + weight * (i % 7), 0)
  say({ sum, threads: used, threadsReason })
} catch (error) {
  say({ name: error.name, code: error.code, message: error.message, stack: error.stack })
}
