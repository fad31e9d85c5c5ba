// The directory of a zip file: its entries, checked before anything is inflated. Whatever a file says twice must agree, so
// that every reader finds the same entries.
//
// Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.14–4.3.16 and 4.5.3 (zip64).

import { DataError } from '../errors.ts'
import { quoted } from '../quote-names.ts'

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

/** What the directory and an entry's own header both say. */
interface Description {
  flags: number
  method: number
  crc32: number
  size: number
  /** Bytes of its content in the file. */
  compressed: number
  rawName: Uint8Array
  /** Further zip64 numbers. */
  rest: number[]
  /** Where it ends in the file. */
  end: number
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
/** Bits of an entry's flags. The three kinds of encryption: of contents, strong, and of names. */
const ENCRYPTED = 1 | 64 | 8192
/** Written to a stream: lengths and checksum follow the contents, and may be 0 before them. */
const STREAMED = 8
const UTF8 = 2048
/** Methods of compression. */
const STORED = 0
const DEFLATED = 8
/** The longest comment after the directory's end. */
const MAX_COMMENT = 0xffff

/**
 * The entries of a zip file, in order, with or without zip64's long numbers. Throws {@link DataError}: `ERR_DATA_MAGIC`
 * where there is no directory, `ERR_DATA_CORRUPT` for a broken one, or one that contradicts the entries, and
 * `ERR_DATA_TYPE` for encryption and rare methods of compression.
 */
export function readZipDirectory(bytes: Uint8Array, name: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const last = findEnd(view)
  if (last === undefined) {
    throw new DataError(
      'ERR_DATA_MAGIC',
      `${name} is not a zip file, as .npz files are, or it is cut short: its directory, at the end, is missing ` +
        '(is it a .npy file? Those are for parseNpy)',
    )
  }
  const { count, begin, end } = findDirectory(view, last, name)
  const entries = new Map<string, ZipEntry>()
  const places: { begin: number; end: number; name: string }[] = []
  let at = begin
  for (let i = 0; i < count; ++i) {
    const description = at + ENTRY_LENGTH <= end ? describeEntry(bytes, view, at) : undefined
    if (!description || description.end > end) {
      throw corruptZip(name, `entry ${i + 1} of ${count} in its directory is missing`)
    }
    const { entry, place } = readEntry(bytes, view, description, view.getUint32(at + 42, true), begin, name)
    // Other readers take such a name to end there.
    if (entry.name.includes('\0')) throw corruptZip(name, `${quoted(entry.name)} has a byte 0 in its name`)
    if (entries.has(entry.name)) throw corruptZip(name, `it has ${quoted(entry.name)} twice`)
    entries.set(entry.name, entry)
    places.push(place)
    at = description.end
  }
  if (at !== end) {
    throw corruptZip(
      name,
      `its directory ends at byte ${end}, but its ${count} entries end at ${at}: there may be more`,
    )
  }
  checkOverlaps(places, name)
  return [...entries.values()]
}

/** Throws where entries share bytes, which would be inflated over and over. */
function checkOverlaps(places: { begin: number; end: number; name: string }[], zip: string): void {
  places.sort((first, second) => first.begin - second.begin)
  places.forEach(({ begin, name }, i) => {
    const before = places[i - 1]
    if (before && before.end > begin) {
      throw corruptZip(zip, `${quoted(before.name)} and ${quoted(name)} overlap`)
    }
  })
}

/** An entry that the directory describes, checked against its own header. `end`: where the directory begins. */
function readEntry(
  bytes: Uint8Array,
  view: DataView,
  described: Description,
  position: number,
  end: number,
  zip: string,
) {
  const { flags, method, size, compressed, rawName } = described
  const name = new TextDecoder(flags & UTF8 ? 'utf-8' : 'latin1').decode(rawName.slice())
  const shown = quoted(name)
  const begin = position === ELSEWHERE32 ? described.rest.shift() : position
  if (begin === undefined || Number.isNaN(size + compressed)) {
    throw corruptZip(zip, `${shown} has no zip64 numbers, which its directory promises`)
  }
  // The directory itself follows all entries.
  const own = begin + LOCAL_LENGTH <= end ? describeLocal(bytes, view, begin) : undefined
  if (!own) throw corruptZip(zip, `${shown} in its directory leads nowhere`)
  if (flags & ENCRYPTED || (method !== STORED && method !== DEFLATED)) {
    throw new DataError(
      'ERR_DATA_TYPE',
      `${zip} has ${shown} encrypted or compressed by method ${method}: save it again by numpy.savez`,
    )
  }
  checkAgreement(described, own, shown, zip)
  const contentEnd = own.end + compressed
  if (contentEnd > end) throw corruptZip(zip, `${shown} reaches beyond it`)
  const content = bytes.subarray(own.end, contentEnd)
  const entry: ZipEntry = { name, crc32: described.crc32, size, content, isDeflated: method === DEFLATED }
  return { entry, place: { begin, end: contentEnd, name } }
}

/** Throws where an entry's own header says something else than the directory. */
function checkAgreement(described: Description, own: Description, name: string, zip: string): void {
  const mayFollow = (own.flags & STREAMED) !== 0
  const differs = (key: 'size' | 'compressed' | 'crc32') =>
    own[key] !== described[key] && !(mayFollow && own[key] === 0)
  const isSameName =
    own.rawName.length === described.rawName.length &&
    own.rawName.every((byte, i) => byte === described.rawName[i])
  const what = !isSameName
    ? 'name'
    : own.method !== described.method || (own.flags & ENCRYPTED) !== (described.flags & ENCRYPTED)
      ? 'method of compression or encryption'
      : differs('size') || differs('compressed')
        ? 'length'
        : differs('crc32')
          ? 'checksum'
          : undefined
  if (what) throw corruptZip(zip, `${name} has another ${what} there than its directory says`)
}

/** An entry in the directory; undefined where there is none. Its end can be beyond the file's. */
function describeEntry(bytes: Uint8Array, view: DataView, at: number): Description | undefined {
  if (view.getUint32(at, true) !== ENTRY) return undefined
  const description = describe(bytes, view, at + 8, at + 28, at + ENTRY_LENGTH)
  return { ...description, end: description.end + view.getUint16(at + 32, true) }
}

/** An entry's own header; undefined where there is none. */
function describeLocal(bytes: Uint8Array, view: DataView, at: number): Description | undefined {
  if (view.getUint32(at, true) !== LOCAL) return undefined
  return describe(bytes, view, at + 6, at + 26, at + LOCAL_LENGTH)
}

/** Fields from `at` on, the lengths of name and extra fields from `lengths` on, and these themselves. */
function describe(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  lengths: number,
  begin: number,
): Description {
  const nameEnd = begin + view.getUint16(lengths, true)
  const end = nameEnd + view.getUint16(lengths + 2, true)
  const rest = longNumbers(view, nameEnd, end)
  const [size = Number.NaN, compressed = Number.NaN] = [at + 16, at + 12].map(place => {
    const number = view.getUint32(place, true)
    return number === ELSEWHERE32 ? rest.shift() : number
  })
  return {
    flags: view.getUint16(at, true),
    method: view.getUint16(at + 2, true),
    crc32: view.getUint32(at + 8, true),
    size,
    compressed,
    rawName: bytes.subarray(begin, nameEnd),
    rest,
    end,
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

/**
 * The directory's number of entries, and where it begins and ends: at the record that ends it, at `last`, or at zip64's,
 * which comes before that one and has the numbers that are too long for it.
 */
function findDirectory(view: DataView, last: number, name: string) {
  let [count, length, begin] = [
    view.getUint16(last + 10, true),
    view.getUint32(last + 12, true),
    view.getUint32(last + 16, true),
  ]
  let end = last
  let isWhole = count === view.getUint16(last + 8, true)
  const locator = last - END64_LOCATOR_LENGTH
  if (locator >= 0 && view.getUint32(locator, true) === END64_LOCATOR) {
    end = Number(view.getBigUint64(locator + 8, true))
    if (end + END64_LENGTH > locator || view.getUint32(end, true) !== END64) {
      throw corruptZip(name, 'its zip64 record is missing')
    }
    const number = (at: number) => Number(view.getBigUint64(end + at, true))
    const long = [number(32), number(40), number(48)] as const
    isWhole =
      number(24) === long[0] &&
      end + 12 + number(4) === locator &&
      (count === ELSEWHERE16 || count === long[0]) &&
      (length === ELSEWHERE32 || length === long[1]) &&
      (begin === ELSEWHERE32 || begin === long[2])
    ;[count, length, begin] = long
  }
  if (!isWhole) throw corruptZip(name, 'its end tells several numbers of entries, or several directories')
  if (begin + length !== end) {
    throw corruptZip(
      name,
      `its directory of ${length} bytes at ${begin} does not end where its end is, at ${end}`,
    )
  }
  return { count, begin, end }
}

/** The zip64 numbers in an entry's extra fields: size, compressed size and position, as far as they are there. */
function longNumbers(view: DataView, begin: number, fieldsEnd: number): number[] {
  const end = Math.min(fieldsEnd, view.byteLength)
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
