// All that a training may need beyond dense layers and plain gradient descent, in one module. It is loaded on demand
// and passed in. Pages that train the lecture's network download none of it.
import { createWeightedLoss } from '../losses/further-losses.ts'
import { Augmenter } from '../network/augmenter.ts'
import { drawNormals } from '../network/normal-initializers.ts'
import { planScaling } from '../network/stages/input-scaling.ts'
import { planStage } from '../network/stages/plan-extra.ts'
import { checkBatchSizes } from './batch-sizes.ts'
import type { TrainingExtras } from './context.ts'
import { OptimizerDescent } from './optimizer-descent.ts'

export const extras: TrainingExtras = {
  checkBatchSizes,
  createWeightedLoss,
  drawNormals,
  planAugmenter: (samples, augmentation, plan) => new Augmenter(samples, augmentation, plan),
  planDescent: (backward, config) => new OptimizerDescent(backward, config),
  planScaling,
  planStage,
}
