// A visitor's pictures by class, and the samples that come of them. No DOM: decode-picture.ts decodes.
import { batch, computed, signal } from '@preact/signals'
import { dataset } from 'wasmlp'
import type { Subject } from './subject.ts'
import { divide } from './table.model.ts'

/** Pixels of a side of what is kept of a picture. */
export const MASTER_SIDE = 64
/** What a network can be given: those that the master's side is a multiple of. */
export const SIDES = [16, 32, 64] as const
/** A page's memory: 12 KB each. */
export const MOST_PICTURES = 5000

export interface Picture {
  readonly className: string
  /** Red, green and blue of 64 × 64 pixels, rows first. */
  readonly pixels: Uint8Array
}

/** A file, and the class that its folder names; an empty one where there is no folder. */
export interface PictureFile {
  readonly file: Blob & { readonly name: string }
  readonly className: string
}

export type PicturesState =
  | { readonly is: 'empty' | 'read' }
  | { readonly is: 'reading'; readonly done: number; readonly of: number }

export const pictures = signal<readonly Picture[]>([])
export const picturesState = signal<PicturesState>({ is: 'empty' })
/** Names of files that were no pictures. */
export const refused = signal<readonly string[]>([])
/** Files beyond the most. */
export const tooMany = signal(0)
/** What pictures without a folder are of. */
export const className = signal('')
export const side = signal<(typeof SIDES)[number]>(32)
export const color = signal<'grey' | 'color'>('grey')

/** Pictures of each class, by its name. */
export const classes = computed(() => {
  const byName = new Map<string, Picture[]>()
  for (const picture of pictures.value) {
    const own = byName.get(picture.className)
    if (own) own.push(picture)
    else byName.set(picture.className, [picture])
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1))
})

/** Fewer cannot be divided into what is learned from and what is tested. */
const LEAST_OF_CLASS = 2
export const canLearn = computed(
  () => classes.value.length >= 2 && classes.value.every(([, { length }]) => length >= LEAST_OF_CLASS),
)

let reads = 0

/**
 * Adds the pictures of some files. Never rejects.
 *
 * @param decode rejects where a file is no picture
 */
export async function addPictures(
  files: readonly PictureFile[],
  decode: (file: Blob) => Promise<Uint8Array>,
): Promise<void> {
  const read = ++reads
  const room = MOST_PICTURES - pictures.peek().length
  const taken = files.slice(0, room)
  const unreadable: string[] = []
  const added: Picture[] = []
  batch(() => {
    tooMany.value = files.length - taken.length
    refused.value = []
    picturesState.value = { is: 'reading', done: 0, of: taken.length }
  })
  for (const [i, { file, className }] of taken.entries()) {
    try {
      added.push({ className, pixels: await decode(file) })
    } catch {
      unreadable.push(file.name)
    }
    if (read !== reads) return
    picturesState.value = { is: 'reading', done: i + 1, of: taken.length }
  }
  batch(() => {
    pictures.value = [...pictures.peek(), ...added]
    refused.value = unreadable
    picturesState.value = { is: pictures.peek().length > 0 ? 'read' : 'empty' }
  })
}

/** Puts pictures that are decoded already in the place of all others. */
export function showPictures(shown: readonly Picture[]): void {
  reads += 1
  batch(() => {
    pictures.value = shown
    refused.value = []
    tooMany.value = 0
    picturesState.value = { is: shown.length > 0 ? 'read' : 'empty' }
  })
}

export function removeClass(name: string): void {
  showPictures(pictures.peek().filter(picture => picture.className !== name))
}

/** A picture as a network sees it: each pixel the mean of those it stands for; grey by Rec. 601, or three colours. */
export function scaledPixels(master: Uint8Array, toSide: number, isColoured: boolean): Uint8Array {
  const factor = MASTER_SIDE / toSide
  const channels = isColoured ? 3 : 1
  const scaled = new Uint8Array(toSide * toSide * channels)
  const sums = [0, 0, 0]
  for (let row = 0; row < toSide; ++row) {
    for (let column = 0; column < toSide; ++column) {
      sums.fill(0)
      for (let y = row * factor; y < (row + 1) * factor; ++y) {
        for (let x = column * factor; x < (column + 1) * factor; ++x) {
          for (let i = 0; i < 3; ++i) sums[i] = (sums[i] ?? 0) + (master[(y * MASTER_SIDE + x) * 3 + i] ?? 0)
        }
      }
      const at = (row * toSide + column) * channels
      const area = factor ** 2
      const [red = 0, green = 0, blue = 0] = sums
      if (isColoured) for (let i = 0; i < 3; ++i) scaled[at + i] = Math.round((sums[i] ?? 0) / area)
      else scaled[at] = Math.round((0.299 * red + 0.587 * green + 0.114 * blue) / area)
    }
  }
  return scaled
}

/** Samples of the pictures, divided by the seed. */
export async function picturesSubject(seed: number): Promise<Subject> {
  const [toSide, isColoured] = [side.peek(), color.peek() === 'color']
  const names = classes.peek().map(([name]) => name)
  const shown = pictures.peek()
  const inputSize = toSide * toSide * (isColoured ? 3 : 1)
  const inputs = new Uint8Array(shown.length * inputSize)
  for (const [i, { pixels }] of shown.entries()) {
    inputs.set(scaledPixels(pixels, toSide, isColoured), i * inputSize)
    if (i % 4 === 3) await new Promise<void>(resolve => setTimeout(resolve))
  }
  const labels = shown.map(({ className }) => names.indexOf(className))
  const all = await dataset({ inputs, inputSize, bytes: 'pixels', labels })
  const parts = await divide(all, seed, true)
  return {
    ...parts,
    leftOut: 0,
    description: { kind: 'pictures', name: '', classes: names, side: toSide, isColoured },
  }
}
