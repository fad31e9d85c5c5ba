// `wasmlp predict` on images: a line for each, as blocks of them are predicted.
import type { Sequential } from '../index.ts'
import { locationName } from '../quote-names.ts'
import { expectPredictions, Failure } from './failure.ts'
import { OutFile, readBytes } from './files.ts'
import { sideOf, toInputs } from './image.ts'
import { factsOf, type ImageFacts } from './image-facts.ts'
import { filesOf } from './image-list.ts'
import { interruptible } from './interruption.ts'
import { classifying, loadModel } from './model-file.ts'
import { complain, count, printHeading, printJson, printLine } from './output.ts'
import { isJpeg, pixelsOf } from './picture.ts'
import { isPng } from './png-chunks.ts'
import { csvLine, FileWriter } from './row-writer.ts'

/** As commander gives them. */
export interface ImageFlags {
  invert?: true
  list?: string
  out?: string
  strict?: true
  json?: true
}

/** Images that are decoded and predicted at once. */
const BLOCK = 256

/** What is written of an image. `best` is the likeliest class; null where the probabilities are not finite. */
interface Answer {
  image: string
  best: number | null
  probabilities: readonly number[]
}

/** Where answers go. */
interface Answers {
  write(answer: Answer): Promise<void>
  finish(): void
  abandon(): void
}

/** Predicts the images at places. Throws {@link Failure} at the end where some have no prediction. */
export async function predictImages(
  path: string,
  file: Buffer,
  places: readonly string[],
  options: ImageFlags,
): Promise<void> {
  const { model } = await loadModel(path, 'auto', file)
  const { isClassifier, lastLayer } = classifying(model)
  if (!isClassifier) {
    throw new Failure(
      `${locationName(path)} is no classifier: its last layer is ${lastLayer}, expected softmax or logSoftmax`,
    )
  }
  if (!canTakePixels(model)) {
    throw new Failure(
      `${locationName(path)} is no model of images: its normalization layer is for values outside 0–1, which pixels count as. Use ` +
        'it in a program, by predict()',
    )
  }
  const facts = factsOf(path, file)
  const out = options.out === undefined ? undefined : new OutFile(options.out)
  const files = await filesOf(places, options.list)
  const answers = answersOf(files, model.outputSize, facts, options, out)
  let [nonFinite, bad] = [0, 0]
  await interruptible(
    async signal => {
      for (let begin = 0; begin < files.length; begin += BLOCK) {
        signal.throwIfAborted()
        const { images, inputs, problem, problems } = await readBlock(
          files.slice(begin, begin + BLOCK),
          model.inputSize,
          facts,
          options,
          files.length === 1,
        )
        const outputs = images.length > 0 ? await model.predict(inputs, { bytes: 'pixels' }) : []
        for (const [i, output] of outputs.entries()) {
          const probabilities: number[] = []
          for (const value of output) probabilities.push(lastLayer === 'softmax' ? value : Math.exp(value))
          const isPrediction = probabilities.every(Number.isFinite)
          if (!isPrediction) nonFinite += 1
          const best = isPrediction
            ? probabilities.reduce((best, value, i) => (value > (probabilities[best] ?? 0) ? i : best), 0)
            : null
          await answers.write({ image: images[i] ?? '', best, probabilities })
        }
        for (const sentence of problems) complain(sentence)
        bad += problems.length
        if (problem) throw problem
      }
      answers.finish()
    },
    error => {
      answers.abandon()
      throw error
    },
  )
  if (options.json && out) printJson({ event: 'done', images: files.length, bad, out: out.path })
  if (bad > 0) throw new Failure(`${count(bad)} of ${count(files.length)} images have no prediction`)
  expectPredictions(nonFinite, files.length)
}

/** The inputs of images, the sentences about those that cannot be read, and the first that ends it all. */
async function readBlock(
  files: readonly string[],
  inputSize: number,
  facts: ImageFacts | undefined,
  { invert, strict }: ImageFlags,
  isAlone: boolean,
) {
  const inputs = new Uint8Array(files.length * inputSize)
  const images: string[] = []
  const problems: string[] = []
  for (const file of files) {
    try {
      const pixels = await inputsFrom(file, inputSize, facts, invert === true)
      inputs.set(pixels, images.length * inputSize)
      images.push(file)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (strict || isAlone) return { images, inputs: used(), problem: error, problems }
      problems.push(error.message)
    }
  }
  return { images, inputs: used(), problem: undefined, problems }

  function used(): Uint8Array {
    return inputs.subarray(0, images.length * inputSize)
  }
}

async function inputsFrom(
  path: string,
  inputSize: number,
  facts: ImageFacts | undefined,
  invert: boolean,
): Promise<Uint8Array> {
  const file = await readBytes(path)
  const name = locationName(path)
  if (!isPng(file) && !isJpeg(file)) return toInputs(file, name, inputSize, invert)
  const shape = facts ?? { side: sideOf(name, inputSize), colours: 'grey' }
  const pixels = await pixelsOf(file, name, shape, invert ? 255 : 0)
  return invert ? pixels.map(value => 255 - value) : pixels
}

/**
 * Whether the statistics of the normalization layer, if there is one, can be those of pixels, which count as 0–1: these
 * deviate by 0.5 at most, and 1 stands for a value that never changes.
 */
function canTakePixels({ layers }: Sequential): boolean {
  const [first] = layers
  if (first?.kind !== 'normalization') return true
  const { mean, standardDeviation } = first
  return (
    [mean].flat().every(value => value >= 0 && value <= 1) &&
    [standardDeviation].flat().every(value => value <= 0.5 || value === 1)
  )
}

/** As a table, as JSON, or as a CSV file. Classes without names are digits, as those of MNIST. */
function answersOf(
  files: readonly string[],
  outputs: number,
  facts: ImageFacts | undefined,
  { json }: ImageFlags,
  out: OutFile | undefined,
): Answers {
  const names = facts?.classes ?? Array.from({ length: outputs }, (_, digit) => String(digit))
  const what = facts ? 'class' : 'digit'
  const classOf = (best: number | null) => (best === null ? null : facts ? (names[best] ?? null) : best)
  if (out) {
    const writer = new FileWriter(out)
    const heading = writer.write(csvLine(['image', what, ...names.map(name => `P(${name})`)]))
    return {
      async write({ image, best, probabilities }) {
        await heading
        await writer.write(csvLine([image, classOf(best), ...probabilities]))
      },
      finish: () => writer.finish(),
      abandon: () => writer.abandon(),
    }
  }
  if (json) {
    const named = (probabilities: readonly number[]) =>
      facts ? Object.fromEntries(names.map((name, i) => [name, probabilities[i]])) : probabilities
    return {
      async write({ image, best, probabilities }) {
        printJson({ event: 'predict', image, [what]: classOf(best), probabilities: named(probabilities) })
      },
      finish() {},
      abandon() {},
    }
  }
  const table = new PredictionTable(files, what, names)
  return {
    async write({ image, best, probabilities }) {
      table.print(image, String(classOf(best) ?? '–'), probabilities)
    },
    finish() {},
    abandon() {},
  }
}

/** A line for each image, below a heading. */
class PredictionTable {
  readonly #nameWidth: number
  readonly #widths: readonly number[]
  #heading: string | undefined

  constructor(images: readonly string[], what: string, classes: readonly string[]) {
    const widest = (names: readonly string[], least: number) =>
      names.reduce((width, name) => Math.max(width, name.length), least)
    this.#nameWidth = widest(images.map(locationName), 'image'.length)
    this.#widths = [widest(classes, what.length) + 2, ...classes.map(name => Math.max(6, name.length + 1))]
    this.#heading = this.#row('image', [what, ...classes])
  }

  print(image: string, found: string, probabilities: readonly number[]): void {
    if (this.#heading !== undefined) printHeading(this.#heading)
    this.#heading = undefined
    const cells = probabilities.map(probability => probability.toFixed(3))
    printLine(this.#row(locationName(image), [found, ...cells]))
  }

  #row(image: string, cells: readonly string[]): string {
    return [
      image.padEnd(this.#nameWidth),
      ...cells.map((cell, i) => cell.padStart(this.#widths[i] ?? 0)),
    ].join('')
  }
}
