// Pieces of files whose download has not ended, where they are kept for the next time: a file is long, and a page may be
// closed before it has come.
import type { Backend, FolderPath } from '../storage/backends/backend.ts'
import { Download, type Origin } from './download.ts'
import { FILE_NAMES } from './kept-files.ts'
import type { MnistFile } from './mnist-files.ts'

/** Bytes of a piece: what is lost at most. */
export const PIECE = 2 ** 20

export class KeptPieces {
  readonly #backend: Backend | undefined
  readonly #folder: FolderPath
  /** How many pieces of the present file are kept. */
  #count = 0
  /** Ends when all is written that was to be. */
  #writes: Promise<unknown> = Promise.resolve()

  /** @param backend undefined where nothing is kept */
  constructor(backend: Backend | undefined, folder: string) {
    this.#backend = backend
    this.#folder = [folder]
  }

  /** What has come of a file from a mirror: nothing, unless pieces are kept. */
  async take(file: MnistFile, mirror: string): Promise<Download> {
    const download = new Download()
    this.#count = 0
    const origin = this.#backend && (await this.#origin(file))
    if (origin?.mirror !== mirror) return download
    for (;;) {
      const piece = await this.#read(pieceName(file, this.#count))
      if (piece?.length !== PIECE) break
      if (this.#count === 0) download.restore(origin, piece)
      else download.append(piece)
      this.#count += 1
    }
    return download
  }

  /** The mirror that a file has come from in part; undefined where no piece of it is kept. */
  async mirrorOf(file: MnistFile): Promise<string | undefined> {
    return this.#backend && (await this.#origin(file))?.mirror
  }

  /** Keeps what is whole pieces by now. What is written later than it comes holds no download up. */
  keep(file: MnistFile, download: Download): void {
    const { origin, length } = download
    if (!this.#backend || !origin) return
    // It has begun anew: the pieces before are written over.
    if (length < this.#count * PIECE) this.#count = 0
    for (; length >= (this.#count + 1) * PIECE; this.#count += 1) {
      const from = this.#count * PIECE
      // The record first: pieces without one are nobody's.
      if (this.#count === 0) this.#write(originName(file), new TextEncoder().encode(JSON.stringify(origin)))
      this.#write(pieceName(file, this.#count), download.bytes(from, from + PIECE))
    }
  }

  /** Resolves when what is to be kept is written. */
  async settle(): Promise<void> {
    await this.#writes
  }

  /** Removes the pieces of a file. */
  async remove(file: MnistFile): Promise<void> {
    this.#count = 0
    if (!this.#backend) return
    await this.#writes
    try {
      await this.#backend.remove(this.#folder, originName(file))
      for (let n = 0; await this.#backend.remove(this.#folder, pieceName(file, n)); ++n);
    } catch {}
  }

  async #origin(file: MnistFile): Promise<Origin | undefined> {
    try {
      const { mirror, url, etag } = JSON.parse(new TextDecoder().decode(await this.#read(originName(file))))
      if (typeof mirror !== 'string' || typeof url !== 'string') return undefined
      return { mirror, url, etag: typeof etag === 'string' ? etag : undefined }
    } catch {
      return undefined
    }
  }

  #read(name: string): Promise<Uint8Array | undefined> {
    return this.#backend?.read(this.#folder, name).catch(() => undefined) ?? Promise.resolve(undefined)
  }

  /** A disk that is full is no reason to stop. */
  #write(name: string, bytes: Uint8Array): void {
    this.#writes = this.#writes.then(() => this.#backend?.write(this.#folder, name, bytes)).catch(() => {})
  }
}

const originName = (file: MnistFile) => `${FILE_NAMES[file]}.part`
const pieceName = (file: MnistFile, n: number) => `${FILE_NAMES[file]}.part-${n}`
