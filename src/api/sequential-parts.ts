// What a model needs to read and write files. Loaded when it is first needed.
import { finishInSlices } from '../data/steps.ts'
import { decodeModelInSteps, fitParametersInSteps } from '../files/model-file.ts'
import type { ModelInternals } from './model-internals.ts'

export { encodeModel } from '../files/model-file.ts'
export { identify, identifyStepwise } from '../training/identity.ts'
export { beginKept, encodeModelCheckpoint, restoreModel } from './model-checkpoints.ts'

/** The model in a file. Yields to the event loop regularly. */
export const decodeModel = (bytes: Uint8Array) => finishInSlices(decodeModelInSteps(bytes), undefined)

/** Replaces a model's weights by those of a file, likewise. */
export async function loadWeights(
  { network, inputSize, layers }: ModelInternals,
  bytes: Uint8Array,
): Promise<void> {
  await network.setParameters(await finishInSlices(fitParametersInSteps(bytes, inputSize, layers), undefined))
}
