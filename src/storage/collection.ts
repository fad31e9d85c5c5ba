// Entries of one kind by name: what models and data sets have in common.

import { engineFor } from '../engine/engines.ts'
import { FormatError, StorageError } from '../errors.ts'
import { checksumsOf, noChecksum, writeChecksum } from '../files/file-checksum.ts'
import { readSafetensors, type SafetensorsFile } from '../files/safetensors.ts'
import { quoted, quotedList } from '../quote-names.ts'
import { attempt, type Backend, sizeOf } from './backends/backend.ts'
import { toFileName } from './backends/file-names.ts'

/** A listed entry. */
export interface StoredEntry {
  readonly name: string
  /** Its size in bytes. */
  readonly bytes: number
  /** When it was saved. */
  readonly modified: Date
}

/** How an entry's file is made; the metadata are added as they are. */
export type Encode = (metadata: Readonly<Record<string, string>>) => Uint8Array

/** An entry that was read and whose checksum is right. */
export interface OpenedEntry {
  readonly file: Uint8Array
  readonly contents: SafetensorsFile
}

/** Gives the backend, unless the storage was closed. */
export type BackendSource = () => Backend

const EXTENSION = '.safetensors'
const checksum = async (bytes: Uint8Array) => (await engineFor({})).checksum(bytes)

/** Files in a folder, each a safetensors file with a checksum of all its bytes. */
export class Collection {
  readonly #backend: BackendSource
  readonly #folder: string
  /** What messages call an entry. */
  readonly #what: string

  constructor(backend: BackendSource, folder: string, what: string) {
    this.#backend = backend
    this.#folder = folder
    this.#what = what
  }

  async list(): Promise<StoredEntry[]> {
    const files = await attempt(this.#backend(), `the ${this.#what}s cannot be listed`, backend =>
      backend.list([this.#folder]),
    )
    return files
      .filter(({ name }) => name.endsWith(EXTENSION))
      .map(({ name, ...rest }) => ({ name: name.slice(0, -EXTENSION.length), ...rest }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async save(name: string, encode: Encode): Promise<void> {
    const file = this.#fileOf(name)
    const bytes = encode(noChecksum)
    await writeChecksum(bytes, checksum)
    await attempt(
      this.#backend(),
      `${this.#entry(name)} (${sizeOf(bytes.length)}) cannot be saved`,
      backend => backend.write([this.#folder], file, bytes),
    )
  }

  /** Throws {@link StorageError} where there is none, or it is damaged. */
  async open(name: string): Promise<OpenedEntry> {
    const file = await this.#read(name)
    let contents: SafetensorsFile
    try {
      contents = readSafetensors(file)
    } catch (cause) {
      if (cause instanceof FormatError) throw this.#damaged(name, cause.message, cause)
      throw cause
    }
    const checksums = await checksumsOf(file, contents, checksum)
    if (!checksums) throw this.#damaged(name, 'it has no checksum')
    const { found, actual } = checksums
    if (found !== actual) {
      throw this.#damaged(name, `its checksum says ${found}, that of its bytes is ${actual}`)
    }
    return { file, contents }
  }

  async #read(name: string): Promise<Uint8Array> {
    const file = this.#fileOf(name)
    const bytes = await attempt(this.#backend(), `${this.#entry(name)} cannot be read`, backend =>
      backend.read([this.#folder], file),
    )
    if (bytes) return bytes
    const names = (await this.list()).map(entry => entry.name)
    throw new StorageError(
      'ERR_STORAGE_NOT_FOUND',
      `there is no ${this.#what} ${quoted(name)}: there are ${quotedList(names)}`,
    )
  }

  async delete(name: string): Promise<boolean> {
    const file = this.#fileOf(name)
    return attempt(this.#backend(), `${this.#entry(name)} cannot be deleted`, backend =>
      backend.remove([this.#folder], file),
    )
  }

  #entry(name: string): string {
    return `the ${this.#what} ${quoted(name)}`
  }

  /** Accepts a name everywhere, or nowhere. Throws {@link ArgumentError}. */
  #fileOf(name: string): string {
    const what = `the ${this.#what}'s name`
    toFileName(name, what) // Checked alone, and with the extension.
    toFileName(name + EXTENSION, what)
    return name + EXTENSION
  }

  #damaged(name: string, reason: string, cause?: unknown): StorageError {
    return new StorageError(
      'ERR_STORAGE_DAMAGED',
      `${this.#entry(name)} is damaged: ${reason}. Delete it, and save it again`,
      { cause },
    )
  }
}
