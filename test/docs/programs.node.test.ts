// Each program of the guides is run by a test: pages that no test lists, and blocks with a language of their own, would not be.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** The files below a folder that end so, by their paths from the top of the repository. */
const filesOf = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending) && !name.includes('node_modules'))
    .map(name => `${folder}/${name.replaceAll('\\', '/')}`)

const read = (path: string) => readFileSync(join(root, path), 'utf8')
// The lecture in Korean has the programs of the lecture in English: test/lecture/korean.node.test.ts compares them.
const guides = filesOf('docs', '.md').filter(page => !page.startsWith('docs/ko/'))

test('a test lists each page that has a program', () => {
  const listed = filesOf('test', 'pages.test.ts').flatMap(file =>
    [...read(file).matchAll(/testPages\('([^']+)', \[([^\]]*)\]\)/g)].flatMap(([, folder, names = '']) =>
      [...names.matchAll(/'([^']+)'/g)].map(([, name]) => `${folder}/${name}.md`),
    ),
  )
  const withProgram = guides.filter(page => /(?<!<!-- example: node -->\n)^```js$/m.test(read(page)))
  expect(withProgram.length).toBeGreaterThan(15)
  expect(listed.sort()).toEqual(withProgram.sort())
})

test('blocks of JavaScript that are not run are marked as such', () => {
  for (const page of guides) {
    // `javascript` is another library's.
    const allowed = page.includes('/migration/') ? /^(js|javascript|text)$/ : /^(js|html|sh|text|)$/
    for (const [, marker, language = ''] of read(page).matchAll(
      /^(<!-- fragment -->\n)?```(\w*)\n[\s\S]*?^```$/gm,
    )) {
      if (!marker) expect(language, page).toMatch(allowed)
    }
  }
})
