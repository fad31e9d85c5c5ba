// The checksum of all bytes of a safetensors file, in its metadata: taken with zeros in its own place.
import type { SafetensorsFile } from './safetensors.ts'

const KEY = 'wasmlp.checksum'

/** What stands before the checksum's digits. Within a string of the header, its quotes would be escaped. */
const MARK = `"${KEY}":"`
const DIGITS = 16
const ZEROS = '0'.repeat(DIGITS)
const LENGTH_BYTES = 8

/** 64 bits of all bytes. */
export type Checksum = (bytes: Uint8Array) => Promise<bigint>

/** The metadata of a file that is to have a checksum, before it has one. */
export const noChecksum: Readonly<Record<string, string>> = { [KEY]: ZEROS }

/** Writes the checksum of a file whose metadata have {@link noChecksum}. */
export async function writeChecksum(file: Uint8Array, checksum: Checksum): Promise<void> {
  writeDigits(file, toDigits(await checksum(file)))
}

/** The checksum that a file says it has, and that of its bytes, in hexadecimal; undefined where it says none. */
export async function checksumsOf(
  file: Uint8Array,
  { metadata }: SafetensorsFile,
  checksum: Checksum,
): Promise<{ found: string; actual: string } | undefined> {
  const found = metadata[KEY]
  const zeroed = new Uint8Array(file) // a copy, also of Node's Buffer, whose slice() is none
  if (found === undefined || !writeDigits(zeroed, ZEROS)) return undefined
  return { found: found.slice(0, 2 * DIGITS), actual: toDigits(await checksum(zeroed)) }
}

const toDigits = (hash: bigint): string => hash.toString(16).padStart(DIGITS, '0')

/** Writes the digits in their place in a file's header; false where there is none. */
function writeDigits(file: Uint8Array, digits: string): boolean {
  const view = new DataView(file.buffer, file.byteOffset)
  const end = LENGTH_BYTES + Number(view.getBigUint64(0, true))
  // One character for each byte, so that positions are the bytes'.
  const header = new TextDecoder('latin1').decode(file.subarray(0, end))
  const mark = header.indexOf(MARK)
  if (mark < 0) return false
  new TextEncoder().encodeInto(digits, file.subarray(mark + MARK.length))
  return true
}
