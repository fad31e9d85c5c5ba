// What has come of a file, and its rest, which is asked for where a download was cut. Part of a file that changes meanwhile
// does not fit the other: whoever puts them together compares a digest of the whole.
import { concat } from '../data/byte-files.ts'
import { DataError } from '../errors.ts'
import { fetchFile } from '../platform/fetch-file.ts'
import type { ByteFile, Chunks } from '../platform/platform.ts'

/** The longest file of the known ones has 47 MB: what sends more is no mirror. */
const MAX_BYTES = 100_000_000

/** Whom to ask for the rest of a file. */
export interface Origin {
  readonly mirror: string
  readonly url: string
  /** A strong one: the same bytes have the same. Undefined where the server gives none, or pages may not see it. */
  readonly etag: string | undefined
}

export class Download {
  #buffer: Uint8Array = new Uint8Array(2 ** 16)
  #length = 0
  #origin: Origin | undefined
  #isPieced = false
  /** Bytes that the server has promised; 0 where it has not. */
  #expected = 0

  /** Bytes that have come. */
  get length(): number {
    return this.#length
  }

  /** Undefined where no rest can be asked for. */
  get origin(): Origin | undefined {
    return this.#origin
  }

  /** Whether more than one answer has given the bytes. */
  get isPieced(): boolean {
    return this.#isPieced
  }

  bytes(from = 0, to = this.#length): Uint8Array {
    return this.#buffer.slice(from, to)
  }

  append(chunk: Uint8Array): void {
    const end = this.#length + chunk.length
    if (end > MAX_BYTES) throw new DataError('ERR_DATA_TOO_LARGE', `it sends more than ${MAX_BYTES} bytes`)
    const missing = end - this.#buffer.length
    if (missing > 0)
      this.#buffer = concat(this.#buffer, new Uint8Array(Math.max(missing, this.#buffer.length)))
    this.#buffer.set(chunk, this.#length)
    this.#length = end
  }

  clear(): void {
    this.#length = 0
    this.#origin = undefined
    this.#isPieced = false
    this.#expected = 0
  }

  /** Goes on from what another download has left. */
  restore(origin: Origin, bytes: Uint8Array): void {
    this.clear()
    this.append(bytes)
    this.#origin = origin
  }

  /** Takes the first bytes of a file from now on. */
  begin(mirror: string, { response, chunks }: ByteFile): Chunks {
    this.clear()
    const header = (name: string) => response?.headers.get(name)
    // What is compressed on its way is counted in other bytes.
    if (response && !header('content-encoding')) {
      // Of another origin, a page cannot be sure to see all headers, and asks for no more than every server answers.
      const isForeign = response.type === 'cors'
      const [etag] = (!isForeign && /^".*"$/.exec(header('etag') ?? '')) || []
      this.#origin = { mirror, url: response.url, etag }
      if (!isForeign) this.#expected = Number(header('content-length') ?? 0)
    }
    return chunks()
  }

  /**
   * Takes the rest; or all again, from a server that does not give parts, or has another file by now. Undefined where the
   * server gives neither. Throws as {@link fetchFile} does.
   */
  async goOn(signal: AbortSignal): Promise<Chunks | undefined> {
    const { mirror, url, etag } = this.#origin ?? {}
    if (mirror === undefined || url === undefined) return undefined
    const headers = { range: `bytes=${this.#length}-`, ...(etag && { 'if-range': etag }) }
    const file = await fetchFile(url, signal, headers)
    if (!file?.response) return undefined
    const { status, headers: answer } = file.response
    if (status !== 206) return this.begin(mirror, file)
    const start = /^bytes (\d+)-/.exec(answer.get('content-range') ?? '')?.[1]
    if (start !== undefined && Number(start) !== this.#length) {
      await file.response.body?.cancel()
      return undefined
    }
    const length = Number(answer.get('content-length') ?? 0)
    this.#expected = length && file.response.type !== 'cors' ? this.#length + length : 0
    this.#isPieced = true
    return file.chunks()
  }

  /** Throws where less has come than was promised: not every browser says that a connection was cut. */
  expectWhole(): void {
    if (this.#length >= this.#expected) return
    throw new DataError('ERR_DATA_NOT_FOUND', `it has sent ${this.#length} of ${this.#expected} bytes`)
  }
}
