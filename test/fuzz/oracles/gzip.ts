// Gzip once more, by Node's zlib, which ignores what follows the last member.
import { gunzipSync } from 'node:zlib'

/** How contents differ from the file's, in words; undefined where they do not. */
export function differenceOfGzip(bytes: Uint8Array, contents: Uint8Array): string | undefined {
  try {
    const other = gunzipSync(bytes)
    return other.equals(contents)
      ? undefined
      : `zlib gives ${other.length} bytes, not these ${contents.length}`
  } catch (error) {
    return `zlib refuses it: ${error}`
  }
}
