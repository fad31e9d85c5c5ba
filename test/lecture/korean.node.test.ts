// The lecture's chapters in Korean say what the English ones say: the same headings, tables, figures and programs, in the
// same order. The programs are the same but for their comments, so they are run once, in English (pages.test.ts).
import { readdirSync, readFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(resolve(root, path), 'utf8')
const pages = readdirSync(resolve(root, 'docs/lecture'))

/** What a page consists of, in its order, without what is in one language only. */
function outline(page: string): string[] {
  const parts =
    /^(#+) |^```(\w*)\n([\s\S]*?)^```$|^!\[.*\]\(\.\.\/figures\/\w+\/(.*)\)$|^(\d\.|-|\|) ?|^<(\/?\w+)>/gm
  return [...page.matchAll(parts)].map(([, heading, language, block = '', figure, item, tag]) => {
    if (heading) return `heading ${heading.length}`
    if (language) return `${language}\n${withoutComments(block)}`
    return figure ?? item ?? tag ?? ''
  })
}

const withoutComments = (code: string) => code.replace(/\/\*\*.*\*\/$|\/\/ .*$/gm, '')

test('every chapter is there in both languages', () => {
  expect(pages.length).toBe(6)
  expect(readdirSync(resolve(root, 'docs/ko'))).toEqual(pages)
})

describe.each(pages)('%s', page => {
  const [english, korean] = [read(`docs/lecture/${page}`), read(`docs/ko/${page}`)]

  test('headings, tables, figures, programs and what they print', () => {
    const expected = outline(english)
    expect(expected.filter(part => part.startsWith('heading')).length).toBeGreaterThan(2)
    expect(outline(korean)).toEqual(expected)
  })

  test('figures in the language of the page, each described', () => {
    const figures = (text: string) => [...text.matchAll(/!\[(.*)\]\((.*)\)/g)].map(found => found.slice(1))
    for (const [alternative, target] of figures(english)) {
      expect(alternative).toMatch(/^\p{ASCII}*[^가-힣]+$/u)
      expect(target).toMatch(/^\.\.\/figures\/en\//)
    }
    for (const [alternative, target] of figures(korean)) {
      expect(alternative).toMatch(/[가-힣]/)
      expect(target).toMatch(/^\.\.\/figures\/ko\//)
    }
  })

  test('each leads to the other', () => {
    expect(english).toContain(`](../ko/${page})`)
    expect(korean).toContain(`](../lecture/${page})`)
  })

  test('no comment is left in English', () => {
    const programs = [...korean.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code).join('')
    for (const [comment] of programs.matchAll(/\/\*\*.*\*\/$|\/\/ .*$/gm)) expect(comment).toMatch(/[가-힣]/)
  })
})

test('every figure stands in a chapter', () => {
  for (const [folder, language] of [
    ['lecture', 'en'],
    ['ko', 'ko'],
  ]) {
    const shown = pages.flatMap(page =>
      [...read(`docs/${folder}/${page}`).matchAll(/\.\.\/figures\/\w+\/(.*\.svg)/g)].map(([, name]) => name),
    )
    expect(shown.sort()).toEqual(readdirSync(resolve(root, `docs/figures/${language}`)).sort())
  }
})

describe('the glossary', () => {
  const rows = [
    ...read('docs/glossary.md').matchAll(/^\| (.+) \| (.+) \| .+ \| (.+\]\(lecture\/.+) \|$/gm),
  ].map(([, english = '', korean = '', where = '']) => ({ english, korean, where }))

  test('has the terms of every chapter', () => expect(rows.length).toBeGreaterThan(60))

  test.each(rows)('$english, $korean: on the pages that the row names', ({ english, korean, where }) => {
    const texts = [...where.matchAll(/\]\(([^)#]*)/g)].map(([, target = '']) =>
      read(posix.join('docs', target)).toLowerCase().replace(/\s+/g, ' '),
    )
    const missing = [english, korean].flatMap((terms, i) =>
      terms
        .split(', ')
        .map(term => term.replace(/ ?\(.*\)/, '').toLowerCase())
        .filter(term => !texts[i]?.includes(term)),
    )
    expect(missing).toEqual([])
  })
})
