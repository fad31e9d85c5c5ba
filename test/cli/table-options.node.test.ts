// What --column says of a column.
import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { columnOption, kindsOf, preparationOf } from '../../src/cli/table-options.ts'

const read = (how: 'kind' | 'preparation', ...texts: string[]) => {
  const { parseArg } = columnOption(how)
  return texts.reduce<never>((before, text) => parseArg?.(text, before) as never, undefined as never)
}

describe('--column', () => {
  test('kinds and preparation, of several columns', () => {
    const columns = read(
      'preparation',
      ...['age=number,missing:mean,indicator', 'a=b=category,unknown:other,min-count:5,missing:none'],
      ...['since=date,parts:month+hour,scaling:min-max', 'size=missing:0,no-indicator', 'id=skip'],
    )
    expect(kindsOf(columns)).toEqual({
      kinds: { age: 'number', 'a=b': 'category', since: 'date', id: 'skip' },
    })
    expect(preparationOf(columns)).toEqual({
      columns: {
        age: { missing: 'mean', indicator: true },
        'a=b': { unknown: 'other', minCount: 5, missing: { constant: 'none' } },
        since: { parts: ['month', 'hour'], scaling: 'minMax' },
        size: { missing: { constant: 0 }, indicator: false },
      },
    })
    expect([kindsOf(), preparationOf()]).toEqual([{}, {}])
  })

  test.each([
    ['preparation', 'age', 'expected a column and its kind, such as age=number or age=number,missing:mean'],
    ['preparation', '=number', 'expected a column and its kind'],
    ['preparation', 'age=', '"" is no kind: expected number, category, boolean, date, skip, missing:…'],
    ['preparation', 'age=nmber', '"nmber" is no kind (did you mean number?): expected'],
    ['preparation', 'age=missing', '"missing" is no kind'],
    ['preparation', 'age=scaling:big', 'expected one of standard, min-max, robust, quantile, none'],
    ['preparation', 'age=min-count:0', 'expected a whole number, 1 or more'],
    ['preparation', 'age=parts:year', 'expected one of month, weekday, hour'],
    [
      'kind',
      'age=missing:mean',
      '"missing:mean" is no kind: expected one of number, category, boolean, date, skip',
    ],
  ] as const)('%s: %s', (how, text, message) => {
    expect(() => read(how, text)).toThrow(InvalidArgumentError)
    expect(() => read(how, text)).toThrow(message)
  })
})
