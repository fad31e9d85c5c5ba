// What browsers tell about an origin's storage.
import type { StorageEstimate } from './backend.ts'

/** Asks the browser not to clear the origin's storage when it needs room. Resolves to whether it agrees. */
export async function persistOrigin(): Promise<boolean> {
  const { storage } = navigator
  if (storage?.persist) return storage.persist()
  return (await storage?.persisted?.()) ?? false // In a worker, which can only ask.
}

/** Zeros where the browser does not tell. */
export async function estimateOrigin(): Promise<StorageEstimate> {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {}
  return { usage, quota }
}
