// The first images of those that the page has.
import type { Dataset } from 'wasmlp'

/** Asks for them once; after a failure, again. */
export function firstImages(images: () => Promise<Dataset>, count: number): () => Promise<Dataset> {
  let part: Promise<Dataset> | undefined
  const take = async () => {
    try {
      return (await images()).slice(0, count)
    } catch (error) {
      part = undefined
      throw error
    }
  }
  return () => {
    part ??= take()
    return part
  }
}
