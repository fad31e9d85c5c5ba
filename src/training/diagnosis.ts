// Whether each layer learns: norms of its activations, gradients and updates, and units that are dead or saturated.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { ACTIVATIONS } from '../kernels/activations.ts'
import type { NetworkContext } from '../network/context.ts'
import { GradientPass } from '../network/gradient-pass.ts'
import type { Network } from '../network/network.ts'
import type { ParameterSet } from '../network/parameters.ts'
import type { Stage } from '../network/stages/stage.ts'
import { createOptimizer, type Optimizer, restoreOptimizer } from '../optimizers/optimizer.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { checkInputSize, type Pause, type Rows } from './dataset-rows.ts'
import type { TrainingConfig } from './options.ts'
import type { TrainingState } from './state.ts'

/** The settings of a diagnosis. */
export interface DiagnosisSettings {
  batchSize: number
  /** Of the updates; the last one used unless given. */
  learningRate: number | undefined
  /** A unit is flat for a sample where |h′(z)| is below it. */
  flatBelow: number
}

/**
 * One layer. A root mean square (RMS) is over all samples and units. Gradients and updates are computed for each batch,
 * as in training, and reported as root mean squares over the batches. Norms are L2, over all the layer's parameters.
 */
export interface LayerDiagnosis {
  /** Its number; the first is 1. */
  layer: number
  kind: string
  units: number
  /** RMS of y = h(z), or of z for a last layer whose activation is part of the loss. */
  activationRms: number
  /** RMS of the gradient of a batch's mean loss with respect to z. */
  deltaRms: number
  /** Norm of weights and bias, and of the gradient with respect to them. 0 for a layer without parameters. */
  weightNorm: number
  gradientNorm: number
  /** Norm of what the compiled optimiser would add to them for one batch, and its ratio to `weightNorm`. */
  updateNorm: number
  updateRatio: number
  /** Number and share of ReLUs that no sample activates (h′(z) = 0 for all). They learn nothing from these data. */
  dead: number
  deadShare: number
  /** Number and share of other units with |h′(z)| < `flatBelow` for at least 95 % of the samples. */
  saturated: number
  saturatedShare: number
}

/** Share of the samples for which a saturated unit is flat. */
const SATURATED = 0.95

/** Bytes of a double. */
const F64_BYTES = 8

/** Activations that are flat everywhere or nowhere: they are not counted. */
const UNCOUNTED = new Set<number>([ACTIVATIONS.identity.kind, ACTIVATIONS.step.kind])

/** What is diagnosed. */
export interface DiagnosisTask {
  readonly config: TrainingConfig
  readonly rows: Rows
  readonly settings: DiagnosisSettings
  /** The training's state, as soon as nothing else changes the parameters. */
  state(): TrainingState
}

/** Diagnoses the network with the given rows. Its parameters are unchanged afterwards. */
export function diagnoseNetwork(
  context: NetworkContext,
  task: DiagnosisTask,
  pause: Pause,
): Promise<LayerDiagnosis[]> {
  const { network } = context
  const { rows, settings } = task
  checkSettings(settings)
  checkInputSize(network, rows.samples.info.inputSize)
  return network.exclusively(async () => {
    network.updateFirstWeights()
    const before = network.parameters.vector.view.slice()
    try {
      const diagnosis = new Diagnosis(context, task)
      const { length } = rows.indices
      const batches = Math.ceil(length / settings.batchSize)
      for (let i = 0; i < batches; ++i) {
        const begin = Math.floor((i * length) / batches)
        await diagnosis.add(rows.indices.subarray(begin, Math.floor(((i + 1) * length) / batches)))
        const pausing = pause()
        if (pausing) await pausing
      }
      return await diagnosis.result()
    } finally {
      network.parameters.vector.view.set(before) // A layer may have moved its running statistics.
    }
  })
}

function checkSettings({ batchSize, learningRate, flatBelow }: DiagnosisSettings): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError(`batchSize is ${describeValue(batchSize)}: expected a whole number, 1 or more`)
  }
  if (
    learningRate !== undefined &&
    !(Number.isFinite(learningRate) && learningRate >= 0 && Math.fround(learningRate) < Infinity)
  ) {
    throw new ArgumentError(
      `learningRate is ${describeValue(learningRate)}: expected a finite number of single precision, 0 or more`,
    )
  }
  if (!(typeof flatBelow === 'number' && flatBelow > 0 && flatBelow < 1)) {
    throw new ArgumentError(`flatBelow is ${describeValue(flatBelow)}: expected a number between 0 and 1`)
  }
}

/** Sums for a layer. */
interface LayerSums {
  readonly stage: Stage
  /** The number of samples for which each unit is flat. */
  readonly flat: I32Buffer
  activations: number
  deltas: number
  gradients: number
  updates: number
}

class Diagnosis {
  readonly #runtime: Runtime
  readonly #network: Network
  readonly #pass: GradientPass
  /** A copy of the parameters, for the optimiser to change. */
  readonly #changed: ParameterSet
  readonly #optimizer: Optimizer
  readonly #restart: () => void
  readonly #sums: readonly LayerSums[]
  readonly #flatBelow: number
  /** Room for the partial sums of any tensor. */
  readonly #parts: U8Buffer
  readonly #workspace: F32Buffer
  #samples = 0
  #batches = 0

  constructor(context: NetworkContext, task: DiagnosisTask) {
    const { runtime, arena, network } = context
    const { loss, optimizer } = task.config
    const { samples, indices } = task.rows
    const { batchSize, learningRate, flatBelow } = task.settings
    const state = task.state()
    const capacity = Math.min(batchSize, indices.length)
    this.#runtime = runtime
    this.#network = network
    const step = state.steps
    this.#pass = new GradientPass(context, {
      loss,
      samples,
      capacity,
      seed: 0,
      step,
      keepsTensors: true,
    })
    this.#changed = network.layout.allocate(arena)
    const { trainableLength } = network.layout
    this.#optimizer = createOptimizer(optimizer, runtime, arena, {
      parameters: this.#changed.vector.subarray(0, trainableLength),
      gradients: this.#pass.gradients.vector.subarray(0, trainableLength),
      weightCount: network.layout.matrixLength,
    })
    const rate = learningRate ?? state.history.at(-1)?.learningRate ?? optimizer.learningRate
    const { counters } = this.#optimizer
    this.#restart = () => {
      for (const { view } of this.#optimizer.state.values()) view.fill(0)
      this.#optimizer.restore(counters)
      restoreOptimizer(optimizer.algorithm, this.#optimizer, state.optimizer)
      this.#optimizer.prepare(rate, 1)
    }
    const { stages } = this.#pass.forward
    this.#sums = stages.map(stage => ({
      stage,
      flat: arena.i32(stage.output.units),
      activations: 0,
      deltas: 0,
      gradients: 0,
      updates: 0,
    }))
    this.#flatBelow = flatBelow
    const widest = Math.max(...stages.map(({ output }) => output.units))
    const longest = Math.max(network.parameters.vector.length, capacity * widest)
    this.#parts = arena.u8(runtime.kernels.sumOfSquaresParts(longest) * F64_BYTES)
    this.#workspace = arena.f32(2 * widest)
  }

  async add(indices: Int32Array): Promise<void> {
    const pass = this.#pass
    const rows = indices.length
    await pass.load(indices)
    await pass.computeLoss()
    await pass.differentiate()
    await this.#update()
    for (const [i, sums] of this.#sums.entries()) {
      const { kind, slope, units, z, y } = sums.stage.output
      sums.activations += await this.#sumOfSquares(y, rows * units)
      sums.deltas += await this.#sumOfSquares(pass.backward.delta(i), rows * units)
      sums.gradients += await this.#sumOfLayer(pass.gradients, sums.stage)
      sums.updates += await this.#sumOfLayer(this.#changed, sums.stage)
      if (UNCOUNTED.has(kind)) continue
      const counts = sums.flat.pointer
      const scratch = this.#workspace.pointer
      const limit = this.#flatBelow
      await pass.run([
        call('countFlat', kind, slope, rows, units, z.pointer, y.pointer, limit, counts, scratch),
      ])
    }
    this.#samples += rows
    this.#batches += 1
  }

  async result(): Promise<LayerDiagnosis[]> {
    const samples = this.#samples
    const diagnoses: LayerDiagnosis[] = []
    for (const { stage, flat, activations, deltas, gradients, updates } of this.#sums) {
      const { units, kind } = stage.output
      const weightNorm = Math.sqrt(await this.#sumOfLayer(this.#network.parameters, stage))
      const updateNorm = Math.sqrt(updates / this.#batches)
      const isRelu = kind === ACTIVATIONS.relu.kind
      const dead = isRelu ? countOf(flat.view, samples) : 0
      const saturated = isRelu ? 0 : countOf(flat.view, SATURATED * samples)
      diagnoses.push({
        layer: stage.layer.index + 1,
        kind: stage.layer.layer.kind,
        units,
        activationRms: Math.sqrt(activations / (samples * units)),
        deltaRms: Math.sqrt(deltas / (samples * units)),
        weightNorm,
        gradientNorm: Math.sqrt(gradients / this.#batches),
        updateNorm,
        updateRatio: weightNorm > 0 ? updateNorm / weightNorm : 0,
        dead,
        deadShare: dead / units,
        saturated,
        saturatedShare: saturated / units,
      })
    }
    return diagnoses
  }

  /** Leaves what the optimiser would add to the parameters in `#changed`. */
  async #update(): Promise<void> {
    const { vector } = this.#changed
    const parameters = this.#network.parameters.vector
    vector.view.set(parameters.view)
    this.#restart()
    await this.#pass.run(this.#optimizer.calls())
    this.#runtime.kernels.saxpy(vector.length, -1, parameters.pointer, 1, vector.pointer, 1)
  }

  async #sumOfLayer({ layers }: ParameterSet, { layer }: Stage): Promise<number> {
    const part = layers[layer.index]
    if (!part) return 0
    const { weights, bias } = part
    return (await this.#sumOfSquares(weights, weights.length)) + (await this.#sumOfSquares(bias, bias.length))
  }

  async #sumOfSquares(x: F32Buffer, length: number): Promise<number> {
    const { kernels } = this.#runtime
    await this.#pass.run([call('sumOfSquares', length, x.pointer, this.#parts.pointer)])
    return kernels.sumF64(this.#parts.pointer, kernels.sumOfSquaresParts(length))
  }
}

/** Units whose count reaches a number. */
function countOf(counts: Int32Array, least: number): number {
  let units = 0
  for (const count of counts) if (count >= least) units += 1
  return units
}
