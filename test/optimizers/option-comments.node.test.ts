// The comments on options, which editors and the reference show, tell the ranges and defaults that the tables have.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { OptionRule, OptionTable } from '../../src/optimizers/named-options.ts'
import { OPTIMIZERS } from '../../src/optimizers/optimizer-table.ts'
import { SCHEDULES } from '../../src/optimizers/schedule-table.ts'

/** What a comment says of a range: the longest of these that the rule has. */
const RANGES = [
  'in [0, 1)',
  'above 0, 1 at most',
  'above 0',
  '0 or more',
  '1 or more',
  "'cosine'` or `'linear'",
]

const rangeOf = ({ expected }: OptionRule) =>
  RANGES.find(range => expected.includes(range.replaceAll('`', ''))) ?? ''

/** `0.9 unless given`, `10,000 unless given`, `0 for `rmsprop``: the defaults in a comment; '' is for all others. */
function defaultsIn(comment: string): Map<string, string> {
  const [, standard] = /([^\s`]+?)`? unless given/.exec(comment) ?? []
  const others = [...comment.matchAll(/, (\d[\d.e-]*) for `(\w+)`/g)].map(([, value = '', name = '']) => [
    name,
    value,
  ])
  return new Map([['', standard ?? ''], ...(others as [string, string][])])
}

describe.each<[string, OptionTable]>([
  ['optimizer', OPTIMIZERS],
  ['schedule', SCHEDULES],
])('%s', (table, rows) => {
  const source = readFileSync(`src/optimizers/${table}-table.ts`, 'utf8')
  const [, members = ''] = /^interface \w+Settings \{\n([\s\S]*?)^\}/m.exec(source) ?? []
  const comments = [...members.matchAll(/\/\*\*([\s\S]*?)\*\/\s*(\w+)\?:/g)].map(
    ([, comment = '', option = '']): [string, string] => [option, comment.replace(/\n\s+\* /g, ' ').trim()],
  )

  test('each option of a row has a comment, and each comment an option', () => {
    const options = new Set(Object.values(rows).flatMap(({ options }) => Object.keys(options)))
    expect(comments.map(([option]) => option).sort()).toEqual([...options].sort())
  })

  test.each(comments)('%s: %s', (option, comment) => {
    const defaults = defaultsIn(comment)
    for (const [name, { options }] of Object.entries(rows)) {
      const rule = options[option]
      if (!rule) continue
      expect(comment, name).toContain(rangeOf(rule))
      if (rule.standard === undefined) continue
      const told = (defaults.get(name) ?? defaults.get('') ?? '').replace(/^'|'$|(?<=\d),(?=\d{3})/g, '')
      const standard = typeof rule.standard === 'number' ? Number(told) : told.toLowerCase()
      expect(standard, name).toBe(typeof rule.standard === 'number' ? rule.standard : `${rule.standard}`)
    }
  })
})
