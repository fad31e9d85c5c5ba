// Writes zip files whose parts may contradict each other.
import { crc32 } from '../../src/crc32.ts'

/** What stands in an entry's own header and in the directory. */
interface ZipFields {
  name: string
  flags: number
  method: number
  crc32: number
  size: number
  compressed: number
}

export interface ZipPart {
  name: string
  /** As it stands in the file. */
  content: Uint8Array
  /** What it is inflated to, where that is something else. */
  inflated?: Uint8Array
  /** What both headers say, where that is not the truth. */
  both?: Partial<ZipFields>
  /** What its own header says. */
  own?: Partial<ZipFields>
  /** What the directory says, its position too. */
  directory?: Partial<ZipFields & { position: number }>
}

/** What the end of the directory says, where that is not the truth. */
export interface ZipEnd {
  count?: number
  countHere?: number
  length?: number
  begin?: number
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

function fields(...numbers: [value: number, bytes: 2 | 4][]): number[] {
  return numbers.flatMap(([value, bytes]) =>
    Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 255),
  )
}

const description = ({ name, flags, method, crc32, size, compressed }: ZipFields) => [
  ...fields([20, 2], [flags, 2], [method, 2], [0, 4], [crc32, 4], [compressed, 4], [size, 4]),
  ...fields([bytesOf(name).length, 2], [0, 2]),
]

/** A zip file of stored or, where `inflated` is given, deflated entries. */
export function zipFile(parts: readonly ZipPart[], end: ZipEnd = {}): Uint8Array<ArrayBuffer> {
  const pieces: (ArrayLike<number> & Iterable<number>)[] = []
  const directory: number[] = []
  let at = 0
  const append = (piece: ArrayLike<number> & Iterable<number>) => {
    pieces.push(piece)
    at += piece.length
  }
  for (const { name, content, inflated, both, own, directory: listed } of parts) {
    const truth: ZipFields = {
      name,
      flags: 0,
      method: inflated ? 8 : 0,
      crc32: crc32(inflated ?? content),
      size: (inflated ?? content).length,
      compressed: content.length,
      ...both,
    }
    const [inFile, inDirectory] = [
      { ...truth, ...own },
      { position: at, ...truth, ...listed },
    ]
    directory.push(...fields([0x02014b50, 4], [20, 2]), ...description(inDirectory))
    directory.push(...fields([0, 2], [0, 2], [0, 2], [0, 4], [inDirectory.position, 4]))
    directory.push(...bytesOf(inDirectory.name))
    append([...fields([0x04034b50, 4]), ...description(inFile), ...bytesOf(inFile.name)])
    append(content)
  }
  const { count = parts.length, length = directory.length, begin = at } = end
  append(directory)
  append(
    fields([0x06054b50, 4], [0, 4], [end.countHere ?? count, 2], [count, 2], [length, 4], [begin, 4], [0, 2]),
  )
  const file = new Uint8Array(at)
  let written = 0
  for (const piece of pieces) {
    file.set(piece, written)
    written += piece.length
  }
  return file
}
