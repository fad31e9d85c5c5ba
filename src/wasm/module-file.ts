// The modules of the builds from files, where `configure` says so.
import * as platform from '#platform'
import { DataError } from '../errors.ts'

/** Throws {@link DataError} where nothing is there. */
export async function readModule(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await platform.open(url)
  if (!file)
    throw new DataError('ERR_DATA_NOT_FOUND', `${url} is not there: copy the package's files wasm/*.wasm`)
  const chunks: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of file.chunks()) chunks.push(chunk.slice())
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}
