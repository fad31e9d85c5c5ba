// The visitor's own digits, and the lesson in which the network learns them. No DOM.
//
// A lesson comes on top of what the network has learned: the training itself never sees these digits, so that its
// checkpoints and its bits stay those of its settings. The same network and the same digits give the same bits each time.
import { signal } from '@preact/signals'
import { dataset, type Sequential } from 'wasmlp'
import { SIDE } from '../../digits/packing.ts'
import { readNote, writeNote } from '../../keeping/notes.ts'
import { setsAtHand } from './image-sets.ts'
import { presentNetwork } from './kept-training.model.ts'
import { buildName, network, weightsChanged } from './network.model.ts'
import { taught } from './reading.model.ts'
import { images, isBusy } from './training-state.model.ts'

/** Digits that are kept: 1 kB each. */
export const MOST = 60

/** A lesson: batches, their size, and how many of each batch are the visitor's own. */
export const LESSON = { batches: 20, batchSize: 100, own: 20 } as const

const PIXELS = SIDE * SIDE
const NOTE = 'own digits'

export interface OwnDigit {
  /** Larger for each that is added. */
  readonly id: number
  readonly label: number
  /** As the network sees it, 28 × 28. */
  readonly pixels: Uint8Array
}

/** What a lesson did. */
export interface Lesson {
  /** The probability of each digit's own label, by its id. */
  readonly before: ReadonlyMap<number, number>
  readonly after: ReadonlyMap<number, number>
  /** The share of test images that are read right. */
  readonly accuracyBefore: number
  readonly accuracyAfter: number
}

export const ownDigits = signal<readonly OwnDigit[]>([])
/** Whether the browser keeps them; undefined before there is any. */
export const areKept = signal<boolean | undefined>(undefined)
export const label = signal(0)
export const isLearning = signal(false)
export const lesson = signal<Lesson | undefined>(undefined)
export const lessonFault = signal<string | undefined>(undefined)

/** Shows those that the browser has kept. */
export function recallDigits(): void {
  const kept = readDigits()
  if (kept) ownDigits.value = kept
  if (kept && kept.length > 0) areKept.value = true
}

/** Adds a digit; the oldest make room. */
export function addDigit(pixels: Uint8Array): void {
  const before = present()
  const id = 1 + Math.max(0, ...before.map(({ id }) => id))
  keep([...before, { id, label: label.peek(), pixels: pixels.slice() }].slice(-MOST))
}

export function removeDigit(id: number): void {
  keep(present().filter(digit => digit.id !== id))
}

/** Another tab may have added some. */
const present = () => (areKept.peek() === false ? undefined : readDigits()) ?? ownDigits.peek()

function keep(digits: readonly OwnDigit[]): void {
  ownDigits.value = digits
  const note = digits.map(({ id, label, pixels }) => ({
    id,
    label,
    pixels: btoa(String.fromCharCode(...pixels)),
  }))
  areKept.value = writeNote(NOTE, note.length > 0 ? note : undefined)
}

/** What is kept; what is no digit is left out. */
function readDigits(): readonly OwnDigit[] | undefined {
  const note = readNote(NOTE)
  if (!Array.isArray(note)) return undefined
  return note.flatMap((entry: unknown) => {
    const { id, label, pixels } = Object(entry)
    if (!Number.isInteger(id) || !(Number.isInteger(label) && label >= 0 && label <= 9)) return []
    const bytes = bytesOf(pixels)
    return bytes ? [{ id, label, pixels: bytes }] : []
  })
}

function bytesOf(text: unknown): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(String(text)), character => character.charCodeAt(0))
    return bytes.length === PIXELS ? bytes : undefined
  } catch {
    return undefined
  }
}

/**
 * Teaches the network all of them: a few batches, each partly of own digits, partly of images that it learns from, so that
 * it does not forget those.
 */
export async function teach(): Promise<void> {
  const digits = ownDigits.peek()
  if (isLearning.peek() || isBusy.peek() || digits.length === 0) return
  isLearning.value = true
  lessonFault.value = undefined
  try {
    const model = await presentNetwork()
    const { train, test } = await setsAtHand(images.peek(), buildName())
    const others = await train.slice(0, LESSON.batches * (LESSON.batchSize - LESSON.own)).read()
    if (!(others.inputs instanceof Uint8Array) || !others.labels) throw new Error('no labelled images')
    const before = await shares(model, digits)
    const { accuracy: accuracyBefore = 0 } = await model.evaluate(test)
    await learn(model, lessonOf(digits, others.inputs, others.labels))
    const after = await shares(model, digits)
    const { accuracy: accuracyAfter = 0 } = await model.evaluate(test)
    // Another network may have taken its place.
    if (network.peek() === model) lesson.value = { before, after, accuracyBefore, accuracyAfter }
  } catch (error) {
    lessonFault.value = String(Object(error).message || error)
  } finally {
    isLearning.value = false
  }
}

async function learn(model: Sequential, contents: LessonContents): Promise<void> {
  const data = await dataset({ ...contents, imageShape: [SIDE, SIDE], build: model.capabilities.build })
  try {
    taught.value = model
    await model.fit(data, { batchSize: LESSON.batchSize, shuffle: false, onBatchEnd: weightsChanged })
  } finally {
    data.dispose()
  }
}

/** The probability of each digit's own label. */
async function shares(model: Sequential, digits: readonly OwnDigit[]): Promise<ReadonlyMap<number, number>> {
  const rows = await model.predict(
    digits.map(({ pixels }) => pixels),
    { bytes: 'pixels' },
  )
  return new Map(digits.map(({ id, label }, i) => [id, rows[i]?.[label] ?? 0]))
}

interface LessonContents {
  readonly inputs: Uint8Array
  readonly labels: Uint8Array
}

/** The samples of a lesson in their order: in each batch first own digits in turn, then others in turn. */
export function lessonOf(
  digits: readonly OwnDigit[],
  images: Uint8Array,
  labels: ArrayLike<number>,
): LessonContents {
  const { batches, batchSize, own } = LESSON
  const lesson = {
    inputs: new Uint8Array(batches * batchSize * PIXELS),
    labels: new Uint8Array(batches * batchSize),
  }
  for (let i = 0; i < batches * batchSize; ++i) {
    const [batch, place] = [Math.floor(i / batchSize), i % batchSize]
    const digit = place < own ? digits[(batch * own + place) % digits.length] : undefined
    const other = (batch * (batchSize - own) + place - own) % labels.length
    const pixels = digit ? digit.pixels : images.subarray(other * PIXELS, (other + 1) * PIXELS)
    lesson.inputs.set(pixels, i * PIXELS)
    lesson.labels[i] = digit ? digit.label : (labels[other] ?? 0)
  }
  return lesson
}
