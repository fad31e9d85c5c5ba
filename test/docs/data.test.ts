// The guide to data: its lists are those of the tables that the package reads by.
import { expect, test } from 'vitest'
import { FILE_KINDS } from '../../src/file-kind.ts'
import { knownDatasets } from '../../src/mnist/known-datasets.ts'
import { readText } from '../support/fixture.ts'

const page = await readText('docs/data.md')

test('the kinds of files that something reads', () => {
  const rows = FILE_KINDS.flatMap(({ what, endings = [], model, reader }) => {
    if (!reader) return []
    const names = model ? [model.ending] : endings.map(ending => `.${ending}`)
    return [`| ${what} | ${names.map(name => `\`${name}\``).join(', ') || 'any'} | ${reader} |`]
  })
  const begin = page.indexOf('| file | name ends in |')
  expect(page.slice(begin, page.indexOf('\n\n', begin)).split('\n').slice(2)).toEqual(rows)
})

test('the data sets that have a name', () => {
  const [, section = ''] = page.split('\n## MNIST\n')
  const listed = [...section.matchAll(/^\| `loadMnist\((?:\{ dataset: '(.*?)' \})?\)` \| (\S+)/gm)]
  expect(listed.map(([, name = 'mnist', title]) => [name, title?.replace(',', '')])).toEqual(
    Object.entries(knownDatasets).map(([name, { title }]) => [name, title]),
  )
})
