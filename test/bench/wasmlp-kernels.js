// wasmlp/kernels as its users get it: see wasmlp.js.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const { resolve } = createRequire(new URL('../../package.json', import.meta.url))

export const { createKernels } = await import(pathToFileURL(resolve('wasmlp/kernels')))
