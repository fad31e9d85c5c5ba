// The package's version. package.json stands two folders above this file, and above dist/node/cli.js as well.
import { createRequire } from 'node:module'

export const version: string = createRequire(import.meta.url)('../../package.json').version
