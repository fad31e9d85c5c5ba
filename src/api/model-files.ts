// What a model needs to read and write files, in a module of its own that is loaded when it is first needed.
export { decodeCheckpoint, encodeCheckpoint, openCheckpoint } from '../formats/checkpoint-file.ts'
export { decodeModel, encodeModel, fitParameters } from '../formats/model-file.ts'
export { checkSameTraining, identify } from '../train/identity.ts'
export { CheckpointKeeper } from './checkpoint-keeper.ts'
