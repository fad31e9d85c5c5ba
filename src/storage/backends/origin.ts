// What browsers say of all that an origin stores.
import type { StorageEstimate } from './backend.ts'

/** Asks that the browser does not clear the origin's storage when it needs room; whether it will not. */
export async function persistOrigin(): Promise<boolean> {
  const { storage } = navigator
  if (storage?.persist) return storage.persist()
  return (await storage?.persisted?.()) ?? false // in a worker, which can only ask
}

/** Zeros where the browser does not tell. */
export async function estimateOrigin(): Promise<StorageEstimate> {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {}
  return { usage, quota }
}
