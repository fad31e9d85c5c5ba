// Dropout in training; otherwise it has no stage.
import type { DropoutLayer } from '../../layers/elementwise.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { PassPlan, RandomState } from '../context.ts'
import type { NetworkLayer } from '../parameters.ts'
import { plainOutput, throughActivation } from './below.ts'
import type { Batch, GradientTask, Stage, StageOutput } from './stage.ts'

export class DropoutStage implements Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  readonly updatesInPlace = true
  readonly #rate: number
  readonly #random: RandomState

  constructor(layer: NetworkLayer, { rate }: DropoutLayer, plan: PassPlan, random: RandomState) {
    this.layer = layer
    this.output = plainOutput(layer.units, plan.arena.f32(plan.capacity * layer.units))
    this.#rate = rate
    this.#random = random
  }

  forward({ rows }: Batch, x: number): Call[] {
    return [this.#drop(rows, x, this.output.y.pointer)]
  }

  backward({ rows }: Batch, { dz, below }: GradientTask): Call[] {
    return below ? [this.#drop(rows, dz, below.dz), ...throughActivation(rows, below)] : []
  }

  #drop(rows: number, from: number, to: number): Call {
    const { seed, step } = this.#random
    const { units, index } = this.layer
    return call('dropout', from, to, rows * units, this.#rate, seed, index, step.pointer)
  }
}
