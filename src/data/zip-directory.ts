// The directory of a zip file: what it holds, checked before anything is inflated.
// Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3.12, 4.3.14 … 4.3.16 and 4.5.3.
import { strFromU8 } from 'fflate/browser'
import { DataError } from '../errors.ts'

/** An entry of the directory. */
export interface ZipEntry {
  name: string
  crc32: number
  /** Bytes of what it holds, once inflated. */
  size: number
  /** What the file has of it: stored as it is, or deflated. */
  content: Uint8Array
  isDeflated: boolean
}

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const END_LENGTH = 22
const ENTRY_LENGTH = 46
const LOCAL_LENGTH = 30
/** Bits of an entry's flags. */
const ENCRYPTED = 1
const UTF8 = 2048
/** Methods of compression. */
const STORED = 0
const DEFLATED = 8
/** The longest comment behind the directory's end. */
const MAX_COMMENT = 0xffff

/**
 * The entries of a zip file, in order. Those of files above 4 GiB, or of more than 65,534 entries (zip64), are not read.
 * Throws {@link DataError}: `ERR_DATA_MAGIC` where there is no directory, `ERR_DATA_CORRUPT` for a broken one.
 */
export function readZipDirectory(bytes: Uint8Array, name: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  if (end === undefined) {
    throw new DataError(
      'ERR_DATA_MAGIC',
      `${name} is not a zip file, as .npz files are, or it is cut short: its directory, at the end, is missing ` +
        '(is it a .npy file? Those are for parseNpy)',
    )
  }
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  const entries = new Map<string, ZipEntry>()
  for (let i = 0; i < count; ++i) {
    if (at + ENTRY_LENGTH > end || view.getUint32(at, true) !== ENTRY) {
      throw corruptZip(name, `entry ${i + 1} of ${count} in its directory is missing`)
    }
    const nameEnd = at + ENTRY_LENGTH + view.getUint16(at + 28, true)
    const entry = readEntry(bytes, view, at, Math.min(nameEnd, end), name)
    if (entries.has(entry.name)) throw corruptZip(name, `it has ${JSON.stringify(entry.name)} twice`)
    entries.set(entry.name, entry)
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return [...entries.values()]
}

/** The entry at an offset, whose name ends at `nameEnd`. */
function readEntry(bytes: Uint8Array, view: DataView, at: number, nameEnd: number, zip: string): ZipEntry {
  const bits = view.getUint16(at + 8, true)
  const method = view.getUint16(at + 10, true)
  const compressed = view.getUint32(at + 20, true)
  const local = view.getUint32(at + 42, true)
  const name = strFromU8(bytes.slice(at + ENTRY_LENGTH, nameEnd), !(bits & UTF8))
  const quoted = JSON.stringify(name)
  // The directory itself stands behind all entries.
  if (local + LOCAL_LENGTH > at || view.getUint32(local, true) !== LOCAL) {
    throw corruptZip(zip, `${quoted} in its directory leads nowhere`)
  }
  if (bits & ENCRYPTED || (method !== STORED && method !== DEFLATED)) {
    throw new DataError(
      'ERR_DATA_TYPE',
      `${zip} has ${quoted} encrypted or compressed by method ${method}: save it again by numpy.savez`,
    )
  }
  const begin = local + LOCAL_LENGTH + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  if (begin + compressed > at) throw corruptZip(zip, `${quoted} reaches beyond it`)
  return {
    name,
    crc32: view.getUint32(at + 16, true),
    size: view.getUint32(at + 24, true),
    content: bytes.subarray(begin, begin + compressed),
    isDeflated: method === DEFLATED,
  }
}

/** Where the record stands that ends the directory, behind which only a comment is allowed. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END_LENGTH
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); --at) {
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === last - at) return at
  }
  return undefined
}

/** A zip file whose parts contradict each other. */
export function corruptZip(name: string, what: string, cause?: unknown): DataError {
  return new DataError('ERR_DATA_CORRUPT', `${name} is a broken zip file: ${what} (get the file again)`, {
    cause,
  })
}
