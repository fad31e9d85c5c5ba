// wasmlp as its users get it. This folder is a package of its own (the peers'), so the name is resolved from the root's.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const { resolve } = createRequire(new URL('../../package.json', import.meta.url))

export const {
  activation,
  batchNormalization,
  capabilities,
  configure,
  dataset,
  dense,
  directoryCheckpoints,
  dropout,
  loadMnist,
  normalization,
  sequential,
} = await import(pathToFileURL(resolve('wasmlp')))
