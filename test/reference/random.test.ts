// The random twin against the published vectors of its generator.
import { expect, test } from 'vitest'
import { type Block, philox4x32, shuffle, uniform } from '../../src/reference/random.ts'

// Source: Random123 (D. E. Shaw Research), tests/kat_vectors, the lines of philox4x32 with 10 rounds.
const knownAnswers: [string, Block, [number, number], Block][] = [
  ['zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  [
    'ones',
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    'digits of pi',
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
]

test.each(knownAnswers)('philox4x32-10 gives the known answer for %s', (_, counter, key, expected) => {
  expect(philox4x32(counter, key)).toEqual(expected)
})

test('uniform takes the words of a block in order, and their upper 24 bits', () => {
  const words = [...philox4x32([0, 0, 0, 0], [0, 0]), ...philox4x32([1, 0, 0, 0], [0, 0])]
  expect([...uniform(7, 0, 1, 0, 0)]).toEqual(words.slice(0, 7).map(word => (word >>> 8) / 2 ** 24))
})

test('shuffle takes words in order, the last element first', () => {
  // j = ⌊w·(i + 1) / 2³²⌋ for i = 3, 2, 1, none of which is rejected here.
  const [w0, w1, w2] = philox4x32([0, 1, 7, 0], [5, 0])
  const expected = [10, 11, 12, 13]
  for (const [i, word] of [
    [3, w0],
    [2, w1],
    [1, w2],
  ] as const) {
    const j = Math.floor((word / 2 ** 32) * (i + 1))
    const [a, b] = [expected[i] ?? 0, expected[j] ?? 0]
    expected[i] = b
    expected[j] = a
  }
  const x = Int32Array.of(10, 11, 12, 13)
  shuffle(x, 5, 7)
  expect([...x]).toEqual(expected)
})
