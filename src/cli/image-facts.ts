// What a model of images in folders remembers of them, in the metadata of its file: their side, their colours, and the names
// of the classes.
import {
  array,
  type InferOutput,
  integer,
  literal,
  maxValue,
  minLength,
  minValue,
  number,
  picklist,
  pipe,
  safeParse,
  strictObject,
  string,
} from 'valibot'
import { locationName } from '../quote-names.ts'
import { Failure } from './failure.ts'
import { metadataOf } from './model-file.ts'

const KEY = 'wasmlp.images'

/** The largest side that images are resized to. */
export const MOST_SIDE = 1024

const FACTS = strictObject({
  schema: literal(1),
  /** Rows, and columns, of an image as the network takes it. */
  side: pipe(number(), integer(), minValue(1), maxValue(MOST_SIDE)),
  colours: picklist(['grey', 'rgb']),
  /** Names of folders, by class. */
  classes: pipe(array(string()), minLength(1)),
})

export type ImageFacts = Omit<InferOutput<typeof FACTS>, 'schema'>

/** Inputs of a network for such images. */
export const inputsOf = ({ side, colours }: Pick<ImageFacts, 'side' | 'colours'>): number =>
  side * side * (colours === 'rgb' ? 3 : 1)

/** What a model's file says of its images; undefined where it says nothing. Throws {@link Failure}. */
export function factsOf(path: string, file: Buffer): ImageFacts | undefined {
  const text = metadataOf(file)?.[KEY]
  if (text === undefined) return undefined
  try {
    const { output, success, issues } = safeParse(FACTS, JSON.parse(String(text)))
    if (success) return output
    throw new Error(issues[0].message)
  } catch (cause) {
    throw new Failure(
      `${locationName(path)}: what its metadata say of images, under ${KEY}, is wrong: ${(cause as Error).message}`,
      { cause },
    )
  }
}

/** A safetensors file that also says what its images are. The tensors keep their bytes. */
export function withFacts(file: Uint8Array, facts: ImageFacts): Uint8Array {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const end = 8 + Number(bytes.readBigUInt64LE(0))
  const header: { __metadata__?: object } = JSON.parse(bytes.toString('utf8', 8, end))
  const metadata = { ...header.__metadata__, [KEY]: JSON.stringify({ schema: 1, ...facts }) }
  const text = Buffer.from(JSON.stringify({ ...header, __metadata__: metadata }))
  // Tensors begin at a multiple of 8, where typed arrays can be.
  const padded = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' ')
  padded.writeBigUInt64LE(BigInt(padded.length - 8))
  text.copy(padded, 8)
  return Buffer.concat([padded, bytes.subarray(end)])
}
