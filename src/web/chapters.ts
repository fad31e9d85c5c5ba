// The page's chapters: tabs, addresses and tests follow from this table.
import type { ComponentType } from 'preact'
import { catalogue } from './languages.ts'

export interface Chapter {
  /** In the address, and the start of its settings' names. */
  readonly id: string
  /** What its tab says. */
  readonly title: { readonly value: { readonly title: string } }
  /** Its component, loaded when it is first opened. */
  load(): Promise<{ default: ComponentType }>
}

export const chapters: readonly Chapter[] = [
  {
    id: 'network',
    title: catalogue({ en: { title: 'Neural network' }, ko: { title: '신경망' } }),
    load: () => import('./chapters/network/chapter.tsx'),
  },
  {
    id: 'activation',
    title: catalogue({ en: { title: 'Activation functions' }, ko: { title: '활성화 함수' } }),
    load: () => withKernels(import('./chapters/activation/chapter.tsx')),
  },
  {
    id: 'mnist',
    title: catalogue({ en: { title: 'MNIST' }, ko: { title: 'MNIST' } }),
    load: () => import('./chapters/mnist/chapter.tsx'),
  },
  {
    id: 'batch',
    title: catalogue({ en: { title: 'Batch training' }, ko: { title: '배치 학습' } }),
    load: () => withKernels(import('./chapters/batch/chapter.tsx')),
  },
  {
    id: 'own',
    title: catalogue({ en: { title: 'Your own data' }, ko: { title: '자신의 데이터' } }),
    load: () => import('./chapters/own/chapter.tsx'),
  },
]

/** A chapter that computes what it shows as soon as it is loaded. */
async function withKernels(
  chapter: Promise<{ loadChapter(): Promise<{ default: ComponentType }> }>,
): Promise<{ default: ComponentType }> {
  const { loadChapter } = await chapter
  return loadChapter()
}
