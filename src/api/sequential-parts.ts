// What a model needs to read and write files. Loaded when it is first needed.
export { decodeModel, encodeModel, fitParameters } from '../files/model-file.ts'
export { identify, identifyStepwise } from '../training/identity.ts'
export { beginKept, encodeModelCheckpoint, restoreModel } from './model-checkpoints.ts'
