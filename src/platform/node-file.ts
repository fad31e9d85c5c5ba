// Files by path in Node: regular files, which can be read again, and pipes, which can be read once. Nothing else is
// opened: to open a device may do something, and to open a pipe that nobody writes to waits for ever.
import { constants, type Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeChunks } from './node-pipe.ts'
import type { ByteFile, Chunks } from './platform.ts'

/** Bytes of one read: few enough to stay in the cache, enough to spare the calls. */
const CHUNK = 256 * 1024

/** So that a pipe that has taken the place of a file meanwhile is not waited for. Windows has neither. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Looks at what is at a path. Its size is undefined for a pipe, and for the files of /proc, which say that they are
 * empty. It and the chunks throw what the operating system says, and an error in words for what is no file.
 */
export async function readable(path: string, signal?: AbortSignal): Promise<ByteFile> {
  const status = await stat(path)
  if (status.isFIFO() || (status.isSocket() && isStandardInput(path))) {
    return { size: undefined, chunks: () => pipeChunks(path, status, signal) }
  }
  if (!status.isFile()) throw new Error(expectedFile(status))
  // Closed again, so that none stays open that nobody reads.
  const file = await open(path, READ)
  try {
    const { size } = await file.stat()
    return { size: size > 0 ? size : undefined, chunks: () => fileChunks(path) }
  } finally {
    await file.close()
  }
}

/** The bytes of a regular file, chunk by chunk in the same memory. */
async function* fileChunks(path: string): Chunks {
  const chunk = new Uint8Array(CHUNK)
  const file = await open(path, READ)
  try {
    for (;;) {
      const { bytesRead } = await file.read(chunk)
      if (bytesRead === 0) return
      yield chunk.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** All bytes of a regular file or, where those are allowed, of a pipe. Throws like {@link readable}. */
export async function readWhole(path: string, { pipes }: { pipes: boolean }): Promise<Buffer> {
  const status = await stat(path)
  if (!status.isFile()) {
    if (!pipes) throw new Error(expectedFile(status))
    return collect((await readable(path)).chunks())
  }
  const file = await open(path, READ)
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** The most bytes that come from a pipe: as many as Node reads from a file at once. */
const MAX_BYTES = 2 ** 31 - 1

async function collect(chunks: Chunks): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes came through the pipe`)
    parts.push(chunk.slice())
  }
  return Buffer.concat(parts, length)
}

/** What something is instead of a file, in words. */
function expectedFile(status: Stats): string {
  return `it is ${kindOf(status)}: expected a file`
}

/** With its article. */
export function kindOf(status: Stats): string {
  if (status.isDirectory()) return 'a directory'
  if (status.isFIFO()) return 'a pipe'
  if (status.isSocket()) return 'a socket'
  if (status.isFile()) return 'a regular file'
  return 'a device'
}

/** A program that Node started has a socket there, which cannot be opened again. */
const isStandardInput = (path: string): boolean => /^\/(dev\/stdin|(dev|proc\/self)\/fd\/0)$/.test(path)
