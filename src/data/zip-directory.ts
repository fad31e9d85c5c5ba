// The directory of a zip file: its entries, checked before anything is inflated.
//
// Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3.12, 4.3.14–4.3.16 and 4.5.3 (zip64).
import { strFromU8 } from 'fflate/browser'
import { DataError } from '../errors.ts'

/** An entry of the directory. */
export interface ZipEntry {
  name: string
  crc32: number
  /** Bytes of its contents, once inflated. */
  size: number
  /** Its bytes in the file: stored or deflated. */
  content: Uint8Array
  isDeflated: boolean
}

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const END64 = 0x06064b50
const END64_LOCATOR = 0x07064b50
const END_LENGTH = 22
const END64_LENGTH = 56
const END64_LOCATOR_LENGTH = 20
const ENTRY_LENGTH = 46
const LOCAL_LENGTH = 30
/** Marks a number of 16 or 32 bits that is elsewhere, in zip64's 64 bits. */
const ELSEWHERE16 = 0xffff
const ELSEWHERE32 = 0xffffffff
/** The extra field with an entry's zip64 numbers. */
const ZIP64 = 1
/** Bits of an entry's flags. */
const ENCRYPTED = 1
const UTF8 = 2048
/** Methods of compression. */
const STORED = 0
const DEFLATED = 8
/** The longest comment after the directory's end. */
const MAX_COMMENT = 0xffff

/**
 * The entries of a zip file, in order, with or without zip64's long numbers. Throws {@link DataError}: `ERR_DATA_MAGIC`
 * where there is no directory, `ERR_DATA_CORRUPT` for a broken one.
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
  let { count, at } = findDirectory(view, end, name)
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
  const name = strFromU8(bytes.slice(at + ENTRY_LENGTH, nameEnd), !(bits & UTF8))
  const quoted = JSON.stringify(name)
  const numbers = [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ]
  const long = longNumbers(view, nameEnd, view.getUint16(at + 30, true))
  const [size = 0, compressed = 0, local = 0] = numbers.map(number => {
    const found = number === ELSEWHERE32 ? long.shift() : number
    if (found === undefined)
      throw corruptZip(zip, `${quoted} has no zip64 numbers, which its directory promises`)
    return found
  })
  // The directory itself follows all entries.
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
    size,
    content: bytes.subarray(begin, begin + compressed),
    isDeflated: method === DEFLATED,
  }
}

/** The position of the record that ends the directory. Only a comment may follow it. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END_LENGTH
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); --at) {
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === last - at) return at
  }
  return undefined
}

/** The directory's number of entries and position; zip64 keeps them in a separate record. */
function findDirectory(view: DataView, end: number, name: string): { count: number; at: number } {
  const [count, at] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)]
  if (count !== ELSEWHERE16 && at !== ELSEWHERE32) return { count, at }
  const locator = end - END64_LOCATOR_LENGTH
  if (locator < 0 || view.getUint32(locator, true) !== END64_LOCATOR) return { count, at }
  const record = Number(view.getBigUint64(locator + 8, true))
  if (record + END64_LENGTH > locator || view.getUint32(record, true) !== END64) {
    throw corruptZip(name, 'its zip64 record is missing')
  }
  return {
    count: Number(view.getBigUint64(record + 32, true)),
    at: Number(view.getBigUint64(record + 48, true)),
  }
}

/** The zip64 numbers in an entry's extra fields: size, compressed size and position, as far as they are there. */
function longNumbers(view: DataView, begin: number, length: number): number[] {
  const end = Math.min(begin + length, view.byteLength)
  for (let at = begin; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== ZIP64) continue
    const count = Math.min(view.getUint16(at + 2, true), end - at - 4) >> 3
    return Array.from({ length: count }, (_, i) => Number(view.getBigUint64(at + 4 + 8 * i, true)))
  }
  return []
}

/** A zip file whose parts contradict each other. */
export function corruptZip(name: string, what: string, cause?: unknown): DataError {
  return new DataError('ERR_DATA_CORRUPT', `${name} is a broken zip file: ${what} (get the file again)`, {
    cause,
  })
}
