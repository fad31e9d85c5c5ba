// The visitor's own files in MNIST's format: which is which, and what is wrong with them. No DOM.
import { signal } from '@preact/signals'
import { type MnistBuffers, type MnistFile, parseIdx } from 'wasmlp'
import { SIDE } from '../../digits/packing.ts'
import { imageSets, type OwnFiles, ownFiles } from './image-sets.ts'
import { chooseImages } from './kept-training.model.ts'
import { buildName } from './network.model.ts'
import { images, isBusy } from './training-state.model.ts'

/** The four files, in the order in which they are named. */
export const FILES: readonly MnistFile[] = ['trainImages', 'trainLabels', 'testImages', 'testLabels']

/** A file that was looked into. */
export interface LookedAt {
  readonly file: File
  readonly kind: 'Images' | 'Labels'
  /** Images, or labels. */
  readonly count: number
}

export type Assigned = Partial<Record<MnistFile, LookedAt>>

export type FileFault =
  | { readonly is: 'said'; readonly message: string }
  | { readonly is: 'size'; readonly height: number; readonly width: number }

export const chosen = signal<Assigned>({})
export const isReading = signal(false)
export const fileFault = signal<FileFault | undefined>(undefined)

/** Takes files that the visitor has chosen; once there are four, they are loaded and learned from. Never rejects. */
export async function addFiles(files: readonly File[]): Promise<void> {
  if (isReading.peek() || isBusy.peek() || files.length === 0) return
  isReading.value = true
  fileFault.value = undefined
  try {
    const looked = await Promise.allSettled(files.map(look))
    const good = looked.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    const all = assign([...Object.values(chosen.peek()), ...good])
    chosen.value = all
    const bad = looked.find(result => result.status === 'rejected')
    if (bad) fail(bad.reason)
    else if (isComplete(all)) await load(all)
  } catch (error) {
    fail(error)
  } finally {
    isReading.value = false
  }
}

const isComplete = (files: Assigned): files is Record<MnistFile, LookedAt> => FILES.every(name => files[name])

/** Says why, with the files' own names. */
function fail(error: unknown): void {
  const message = String(Object(error).message || error).replace(
    /\b(train|test)(Images|Labels)\b/g,
    name => chosen.peek()[name as MnistFile]?.file.name ?? name,
  )
  fileFault.value = { is: 'said', message }
}

async function load(files: Record<MnistFile, LookedAt>): Promise<void> {
  const before = ownFiles.peek()
  ownFiles.value = await ownFilesOf(files)
  try {
    const { train } = await imageSets('own', buildName())
    const [height, width] = train.imageShape ?? [0, 0]
    if (height === SIDE && width === SIDE) return chooseImages('own')
    fileFault.value = { is: 'size', height, width }
  } catch (error) {
    fail(error)
  }
  ownFiles.value = before
  if (images.peek() === 'own' && !before) chooseImages(6000)
}

async function ownFilesOf(files: Record<MnistFile, LookedAt>): Promise<OwnFiles> {
  const read = async (): Promise<MnistBuffers> => {
    const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(
      FILES.map(name => files[name as keyof typeof files].file.arrayBuffer()),
    )
    const none = new ArrayBuffer(0)
    return {
      trainImages: trainImages ?? none,
      trainLabels: trainLabels ?? none,
      testImages: testImages ?? none,
      testLabels: testLabels ?? none,
    }
  }
  let first: MnistBuffers | undefined = await read()
  return {
    id: idOf(first),
    count: files.trainImages.count,
    isOnSide: /^emnist-/i.test(files.trainImages.file.name),
    async read() {
      const buffers = first ?? (await read())
      first = undefined
      return buffers
    },
  }
}

/** Bytes of each file that make its part of the id. */
const SAMPLED = 1 << 16

/** A hash (FNV-1a, 32 bits) of the files' lengths and of bytes all over them: it tells data sets apart, at once. */
export function idOf(buffers: MnistBuffers): string {
  let hash = 0x811c9dc5
  const add = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  for (const name of FILES) {
    const bytes = new Uint8Array(buffers[name] as ArrayBuffer)
    for (let shift = 0; shift < 32; shift += 8) add((bytes.length >>> shift) & 255)
    const every = Math.max(1, Math.floor(bytes.length / SAMPLED))
    for (let i = 0; i < bytes.length; i += every) add(bytes[i] ?? 0)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** Which file is which: by what is in them, and train or test by their names, or else the larger one is for training. */
export function assign(files: readonly LookedAt[]): Assigned {
  const assigned: Assigned = {}
  const unnamed: LookedAt[] = []
  for (const file of files) {
    const { name } = file.file
    if (/t10k|test/i.test(name)) assigned[`test${file.kind}`] = file
    else if (/train/i.test(name)) assigned[`train${file.kind}`] = file
    else unnamed.push(file)
  }
  // The last ones replace those before; of two, the larger comes first.
  for (const kind of ['Images', 'Labels'] as const) {
    const places = [`train${kind}`, `test${kind}`] as const
    const free = places.filter(place => !assigned[place])
    const rest = unnamed.filter(file => file.kind === kind)
    const last = rest.slice(Math.max(0, rest.length - free.length)).sort((a, b) => b.count - a.count)
    for (const [i, file] of last.entries()) {
      const place = free[i]
      if (place) assigned[place] = file
    }
  }
  return assigned
}

/** An IDX header of up to three dimensions. */
const HEADER = 16

/** Throws the package's error where the file is none of images or labels. */
async function look(file: File): Promise<LookedAt> {
  const head = await headOf(file)
  const [zero0, zero1, , rank] = head
  const isIdx = zero0 === 0 && zero1 === 0 && head.length >= 8
  if (isIdx && rank !== undefined && rank >= 1 && rank <= 3) {
    const count = new DataView(head.buffer, head.byteOffset).getUint32(4)
    return { file, kind: rank === 3 ? 'Images' : 'Labels', count }
  }
  await parseIdx(await file.slice(0, 1 << 26).arrayBuffer(), { name: file.name, expect: { rank: 3 } })
  throw new Error(`${file.name} has neither images nor labels`)
}

/** The first bytes, inflated where the file is gzipped. */
async function headOf(file: File): Promise<Uint8Array> {
  const start = new Uint8Array(await file.slice(0, 1 << 14).arrayBuffer())
  if (start[0] !== 0x1f || start[1] !== 0x8b) return start.subarray(0, HEADER)
  const reader = new Blob([start]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    const { value } = await reader.read()
    return value?.slice(0, HEADER) ?? new Uint8Array(0)
  } catch {
    return new Uint8Array(0)
  } finally {
    // What follows is cut off, and no error.
    reader.cancel().catch(() => {})
  }
}
