// English words that go with a count: one of something is not many.
import { expect, test } from 'vitest'
import { agree, counted } from '../../src/web/languages.ts'

const modules = import.meta.glob<Record<string, unknown>>('../../src/web/**/*texts.ts', { eager: true })

/** A count of one, as `formatNumber` writes it. Where a text takes another kind of value, it is as good as any. */
const ONE = '1'

/** "1 epochs", "1 hidden units"; but not "Batch 1 has", "1 becomes" nor "1 of the test images", which is a percentage. */
const MANY =
  /(?<!× |[\d.,–])\b1 (?:(?:more|other|different|hidden|training) )?(?!(?:is|was|has|becomes|begins|touches|weighs|across|class)\b)(?:\p{Ll}+s|are|were|have)\b/u

/** "1 of 7 stages are". */
const VERB = /\b1 of (?:the )?\d[\d,]*(?: \p{L}+)+? (?:are|were|have)\b/u

/** Whose counts are always more. */
const NEVER_ONE = [
  'layers of 1 units',
  '1 units, 10 outputs',
  'of 1 units is',
  '1 random samples',
  'The first 1 of 1 columns',
  'has had 1 seconds',
  '1 multiplications',
  '1 bytes',
  'With 1 hidden units',
  'Wipe 1 units',
  'Wipe 1 weights',
  'Train 1 batches',
  'p to 1 states',
  'all 1 parameters',
  'becomes 1 inputs',
  '1 and 1 are right', // percentages
]

/** All sentences of a catalogue, with a count of one wherever they have a value. */
function sentences(texts: unknown): string[] {
  if (typeof texts === 'string') return [texts]
  if (typeof texts === 'function') return sentences(texts(ONE, ONE, ONE, ONE, ONE, ONE, ONE))
  if (typeof texts === 'object' && texts !== null) return Object.values(texts).flatMap(sentences)
  return []
}

const isWrong = (sentence: string) =>
  (MANY.test(sentence) || VERB.test(sentence)) && !NEVER_ONE.some(known => sentence.includes(known))

test('a count and its word agree', () => {
  expect([counted('1', 'class', 'classes'), counted('1,000', 'class', 'classes')]).toEqual([
    '1 class',
    '1,000 classes',
  ])
  expect([agree('1', 'is', 'are'), agree('0', 'is', 'are')]).toEqual(['is', 'are'])
})

test('what is wrong is found', () => {
  expect(
    ['1 classes', '60 pictures of 1 classes.', '1 hidden units wiped', '1 of 7 stages are done'].map(isWrong),
  ).toEqual([true, true, true, true])
  expect(['1 class', 'Batch 1 has', '1 of 7 stages is done', '1 s', '1,000 images'].map(isWrong)).toEqual(
    Array(5).fill(false),
  )
})

test('no text of the page says “1 epochs”', () => {
  const all = Object.entries(modules).flatMap(([path, exports]) =>
    Object.values(exports)
      .filter((exported): exported is { value: object } => Object(exported).value !== undefined)
      .flatMap(({ value }) => sentences(value).map(text => `${path.split('/web/')[1]}: ${text}`)),
  )
  expect(all.length).toBeGreaterThan(400)
  expect(all.filter(isWrong)).toEqual([])
})
