// Loads the kernels, then the chapter: all that it shows is computed by them.
import { loadKernels } from './kernels.ts'

export async function loadChapter() {
  await loadKernels()
  return import('./chapter.tsx')
}
