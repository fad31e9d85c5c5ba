// Reads what a storage holds.
import type { DatasetContents } from '../../../src/data/samples.ts'
import type { Backend } from '../../../src/storage/backends/backend.ts'
import { StoredDatasets } from '../../../src/storage/datasets.ts'

/** A storage with one file, whatever its name. */
export function holding(bytes: Uint8Array): Backend {
  const unexpected = () => Promise.reject(new Error('only reading is expected here'))
  return {
    kind: 'directory',
    list: async () => [],
    folders: async () => [],
    read: async () => bytes,
    write: unexpected,
    remove: unexpected,
    persist: async () => true,
    estimate: unexpected,
    close: async () => {},
  }
}

/** A stored data set, back out of linear memory. */
export async function readStoredDataset(bytes: Uint8Array): Promise<DatasetContents> {
  const data = await new StoredDatasets(() => holding(bytes)).load('x')
  try {
    return await data.read()
  } finally {
    data.dispose()
  }
}
