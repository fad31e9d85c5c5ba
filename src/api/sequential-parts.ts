// What a model needs to read and write files. Loaded when it is first needed.
import { finishInSlices } from '../data/time-slice.ts'
import { decodeModelInSteps, fitParametersInSteps } from '../files/model-file.ts'

export { encodeModel } from '../files/model-file.ts'
export { identify, identifyStepwise } from '../training/identity.ts'
export { beginKept, encodeModelCheckpoint, restoreModel } from './model-checkpoints.ts'

/** Yields to the event loop regularly, as {@link fitParameters} does. */
export const decodeModel = (...file: Parameters<typeof decodeModelInSteps>) =>
  finishInSlices(decodeModelInSteps(...file), undefined)

export const fitParameters = (...file: Parameters<typeof fitParametersInSteps>) =>
  finishInSlices(fitParametersInSteps(...file), undefined)
