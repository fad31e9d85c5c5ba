// What functions on models work with.
import type { Engine, EngineNetwork } from '../engine/engine.ts'
import type { Layer } from '../layers/layers.ts'
import type { TrainingConfig } from '../training/options.ts'

export interface ModelInternals {
  readonly engine: Engine
  readonly network: EngineNetwork
  readonly seed: number
  /** That of `compile`, or what it is without. */
  readonly config: TrainingConfig
  readonly isCompiled: boolean
  readonly inputSize: number
  readonly layers: readonly Layer[]
}
