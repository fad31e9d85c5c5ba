// Digests of data files. The engine computes them, since it may be a worker, where their cost blocks nobody.
import { crc32 } from '../crc32.ts'
import { fileOf } from '../data/byte-files.ts'
import { gunzip, isGzip } from '../data/gzip.ts'
import { TimeSlice } from '../data/time-slice.ts'
import type { Chunks } from '../platform/platform.ts'
import type { DigestKind } from './engine.ts'

/** The most bytes of an inflated file. The longest that is fetched by name has 47 MB. */
const MAX_BYTES = 100_000_000

/** Bytes between two checks of the clock: some milliseconds of hashing in JavaScript. */
const PIECE = 2 ** 18

/** See {@link Engine.digest}. */
export async function digest(kind: DigestKind, bytes: Uint8Array, name: string): Promise<string> {
  if (kind === 'CRC-32') return digestPieces(pieces(fileOf(bytes).chunks()), await checksum())
  const content = () =>
    isGzip(bytes) ? gunzip(fileOf(bytes).chunks(), MAX_BYTES, name) : fileOf(bytes).chunks()
  // Undefined in pages without a secure context, such as those of a server in the local network.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  if (!subtle) return digestPieces(pieces(content()), await sha256())
  return hexOf(new Uint8Array(await subtle.digest('SHA-256', await wholeOf(content()))))
}

/** A digest that is computed piece by piece. */
interface PiecewiseDigest {
  update(piece: Uint8Array): void
  result(): string
}

async function sha256(): Promise<PiecewiseDigest> {
  const { sha256 } = await import('@noble/hashes/sha2.js')
  const hash = sha256.create()
  return { update: piece => hash.update(piece), result: () => hexOf(hash.digest()) }
}

async function checksum(): Promise<PiecewiseDigest> {
  let crc = 0
  return {
    update: piece => {
      crc = crc32(piece, crc)
    },
    result: () => crc.toString(16).padStart(8, '0'),
  }
}

async function digestPieces(pieces: Chunks, digest: PiecewiseDigest): Promise<string> {
  const slice = new TimeSlice()
  for await (const piece of pieces) {
    digest.update(piece)
    await slice.giveWay()
  }
  return digest.result()
}

/** The same bytes in pieces of a bounded length. */
async function* pieces(chunks: Chunks): Chunks {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) yield chunk.subarray(at, at + PIECE)
  }
}

async function wholeOf(chunks: Chunks): Promise<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of chunks) parts.push(chunk.slice())
  return new Blob(parts).arrayBuffer()
}

const hexOf = (bytes: Uint8Array) => bytes.reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '')
