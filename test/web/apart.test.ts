// Names at the ends of lines cover one another nowhere, and stay within the plot.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apart } from '../../src/web/parts/apart.ts'

const room = { width: 60, height: 14, bottom: 200 }

test('names that are apart stay where they are', () => {
  const places = [
    { x: 0, y: 20 },
    { x: 0, y: 40 },
    { x: 100, y: 22 },
  ]
  expect(apart(places, room)).toEqual([20, 40, 22])
})

test('one that would be covered moves down, and at the bottom those above it move up', () => {
  expect(
    apart(
      [
        { x: 0, y: 12 },
        { x: 10, y: 10 },
      ],
      room,
    ),
  ).toEqual([24, 10])
  expect(
    apart(
      [
        { x: 0, y: 190 },
        { x: 10, y: 196 },
      ],
      room,
    ),
  ).toEqual([186, 200])
})

test('at one place, five names are a line apart, in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 5, maxLength: 5 }), heights => {
      const moved = apart(
        heights.map(y => ({ x: 0, y })),
        room,
      )
      const order = [...heights.keys()].sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0))
      const sorted = order.map(i => moved[i] ?? Number.NaN)
      for (const [i, y] of sorted.entries()) {
        expect(y).toBeLessThanOrEqual(room.bottom)
        if (i > 0) expect(y - (sorted[i - 1] ?? 0)).toBeGreaterThanOrEqual(room.height)
      }
    }),
  )
})
