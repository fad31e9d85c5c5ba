// Zip files once more, strictly: whatever two places say, they must agree.
//
// Source: PKWARE's APPNOTE.TXT 6.3.
import { constants, crc32, inflateRawSync } from 'node:zlib'
import { latin1, viewOf } from '../grammars/binary.ts'
import { differenceOfNpy, readNpy } from './npy.ts'

/** The checksum tells whether all is there; the stream's end may be missing. */
const LENIENT = { finishFlush: constants.Z_SYNC_FLUSH }

/** The contents of a zip file's entries by name. Throws for a file whose parts contradict each other. */
function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = viewOf(bytes)
  let end = bytes.length - 22
  while (
    end >= 0 &&
    !(view.getUint32(end, true) === 0x06054b50 && view.getUint16(end + 20, true) === bytes.length - 22 - end)
  ) {
    end -= 1
  }
  if (end < 0) throw new Error('it has no end')
  let [count, at, stop] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true), end]
  if (end >= 20 && view.getUint32(end - 20, true) === 0x07064b50) {
    stop = Number(view.getBigUint64(end - 12, true))
    count = Number(view.getBigUint64(stop + 32, true))
    at = Number(view.getBigUint64(stop + 48, true))
  }
  const entries = new Map<string, Uint8Array>()
  const taken: { begin: number; end: number }[] = []
  let found = 0
  for (; at < stop; ++found) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Error('its directory has a hole')
    const [nameLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map(k =>
      view.getUint16(at + k, true),
    )
    const name = latin1(bytes.subarray(at + 46, at + 46 + nameLength))
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
    const [size = 0, compressed = 0, local = 0] = longNumbers(
      [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
      extra,
    )
    const localName = view.getUint16(local + 26, true)
    const begin = local + 30 + localName + view.getUint16(local + 28, true)
    if (view.getUint32(local, true) !== 0x04034b50) throw new Error(`${name} leads nowhere`)
    if (latin1(bytes.subarray(local + 30, local + 30 + localName)) !== name) {
      throw new Error('an entry has two names')
    }
    if (view.getUint16(local + 8, true) !== view.getUint16(at + 10, true))
      throw new Error('an entry has two methods')
    taken.push({ begin: local, end: begin + compressed })
    const packed = bytes.subarray(begin, begin + compressed)
    const content =
      view.getUint16(at + 10, true) === 8 ? new Uint8Array(inflateRawSync(packed, LENIENT)) : packed
    if (content.length !== size || crc32(content) !== view.getUint32(at + 16, true)) {
      throw new Error('an entry has another length or checksum')
    }
    if (entries.has(name)) throw new Error('a name is there twice')
    entries.set(name, content)
    at += 46 + nameLength + extraLength + commentLength
  }
  if (found !== count) throw new Error(`its directory has ${found} entries, and says ${count}`)
  taken.sort((a, b) => a.begin - b.begin)
  if (taken.some(({ begin }, i) => begin < (taken[i - 1]?.end ?? 0))) throw new Error('entries overlap')
  return entries
}

function longNumbers(numbers: readonly number[], extra: Uint8Array): number[] {
  const view = viewOf(extra)
  let at = 0
  while (at + 4 <= extra.length && view.getUint16(at, true) !== 1) at += 4 + view.getUint16(at + 2, true)
  at += 4
  return numbers.map(number => {
    if (number !== 0xffffffff) return number
    at += 8
    return Number(view.getBigUint64(at - 8, true))
  })
}

/** How arrays differ from those in the file, in words; undefined where they do not. */
export function differenceOfNpz(
  bytes: Uint8Array,
  arrays: Readonly<Record<string, { shape: readonly number[]; data: ArrayLike<number | bigint> }>>,
): string | undefined {
  let entries: Map<string, Uint8Array>
  try {
    entries = readZip(bytes)
  } catch (error) {
    return `another reader refuses it: ${error}`
  }
  const names = [...entries.keys()].filter(name => name.endsWith('.npy')).map(name => name.slice(0, -4))
  const lost = names.find(name => !Object.hasOwn(arrays, name) && isNumeric(entries.get(`${name}.npy`)))
  if (lost !== undefined) return `the array ${lost} is lost`
  for (const [name, array] of Object.entries(arrays)) {
    const content = entries.get(`${name}.npy`)
    // Names that are not Latin-1 are not compared.
    const difference = content && differenceOfNpy(content, array)
    if (difference) return `${name}: ${difference}`
  }
  return undefined
}

function isNumeric(content: Uint8Array | undefined): boolean {
  try {
    return content !== undefined && readNpy(content).values.length >= 0
  } catch {
    return false
  }
}
