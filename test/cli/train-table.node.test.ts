// The table of a training stays one, whatever its numbers are.
import { describe, expect, test } from 'vitest'
import { loss, percent } from '../../src/cli/output.ts'
import { epochLabel, row } from '../../src/cli/train-table.ts'

const NUMBERS = [
  0,
  0.5,
  -1,
  9999.9999,
  9999.99999,
  10_000,
  123_456.789,
  -123_456.789,
  3.4e38,
  1.7e308,
  Infinity,
  NaN,
]

describe('a line of the table', () => {
  test.each(NUMBERS)('with a loss of %d: its columns stand below those of the heading', value => {
    const heading = row(epochLabel('epoch', 100), 'loss', 'accuracy', 'test loss', 'accuracy', 'seconds')
    const line = row(
      epochLabel(7, 100),
      loss(value),
      percent(0.5),
      loss(value),
      percent(1),
      (1234.5).toFixed(2),
    )
    expect(line).toHaveLength(heading.length)
    expect(line.trim().split(/ +/)).toHaveLength(6)
  })

  test.each([1, 10, 1000, 1_000_000])('of %d epochs: likewise', epochs => {
    const heading = row(epochLabel('epoch', epochs), 'loss')
    expect(row(epochLabel(1, epochs), loss(1))).toHaveLength(heading.length)
    expect(row(epochLabel(epochs, epochs), loss(1))).toHaveLength(heading.length)
  })

  test('what is too long for its column is told from the next all the same', () => {
    expect(row('1/1', 'a-very-long-cell', '99999999999%').split(' ')).toContain('99999999999%')
    expect(row('123456789/123456789', '0.5000', '1%')).toMatch(/^123456789\/123456789 +0\.5000 +1%$/)
  })
})
