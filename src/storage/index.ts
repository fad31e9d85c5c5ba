/**
 * Storage for models, data sets and checkpoints: in the browser, or in a directory in Node.
 *
 * @module wasmlp/storage
 */
export * from '../errors.ts'
export type { StorageBackend, StorageEstimate } from './backends/backend.ts'
export type { StorageBackendChoice } from './backends/open-backend.ts'
export type { StoredCheckpoints } from './checkpoints.ts'
export type { StoredEntry } from './collection.ts'
export type { StoredDatasets } from './datasets.ts'
export type { StoredModels } from './models.ts'
export { type OpenStorageOptions, openStorage, type PersistentStorage } from './open-storage.ts'
