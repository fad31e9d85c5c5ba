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

  /** Keeps what is whole pieces by now. A disk that is full is no reason to stop. */
  async keep(file: MnistFile, download: Download): Promise<void> {
    const { origin, length } = download
    if (!this.#backend || !origin) return
    // It has begun anew.
    if (length < this.#count * PIECE) await this.remove(file)
    try {
      for (; length >= (this.#count + 1) * PIECE; this.#count += 1) {
        const from = this.#count * PIECE
        if (this.#count === 0)
          await this.#write(originName(file), new TextEncoder().encode(JSON.stringify(origin)))
        await this.#write(pieceName(file, this.#count), download.bytes(from, from + PIECE))
      }
    } catch {}
  }

  /** Removes the pieces of a file. */
  async remove(file: MnistFile): Promise<void> {
    this.#count = 0
    if (!this.#backend) return
    try {
      // The record first: pieces without one are nobody's.
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

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#backend?.write(this.#folder, name, bytes)
  }
}

const originName = (file: MnistFile) => `${FILE_NAMES[file]}.part`
const pieceName = (file: MnistFile, n: number) => `${FILE_NAMES[file]}.part-${n}`
