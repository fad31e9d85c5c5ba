// Links between the pages: each leads to a file of the package, and to a heading that is there.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(resolve(root, path), 'utf8')

/** The files that are packed. */
const packed: ReadonlySet<string> = new Set(
  JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
  )[0].files.map(({ path }: { path: string }) => path),
)
const pages = [...packed].filter(path => path.endsWith('.md') && !path.startsWith('dist/'))

/** A page's text without blocks of code. */
const withoutBlocks = (page: string) => page.replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '')

/** The anchors that GitHub and npm give headings: https://github.com/Flet/github-slugger. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of withoutBlocks(page).matchAll(/^#+ (.*)$/gm)) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    const anchor = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-')
    let unique = anchor
    for (let i = 1; anchors.has(unique); ++i) unique = `${anchor}-${i}`
    anchors.add(unique)
  }
  return anchors
}

/** Where the links and images of a page lead to, but for those to other places. */
function linksOf(page: string): string[] {
  const prose = withoutBlocks(page).replace(/(`+)[^`][\s\S]*?\1/g, code => code.replace(/[[\]()]/g, ''))
  const targets = [
    ...[...prose.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(([, target = '']) => target),
    ...[...prose.matchAll(/^\[[^\]]+\]: (\S+)/gm)].map(([, target = '']) => target),
    ...[...prose.matchAll(/<(?:img|a)[^>]*(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target),
  ]
  return targets.filter(target => !/^[a-z]+:/.test(target))
}

/** What is wrong with a link of a page; undefined where nothing is. */
function faultOf(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : posix.normalize(posix.join(posix.dirname(page), path))
  const file = target.endsWith('/') ? `${target}README.md` : target
  if (!packed.has(file)) return `${link}: ${file} is not in the package`
  if (anchor !== undefined && !anchorsOf(read(file)).has(decodeURIComponent(anchor))) {
    return `${link}: ${file} has no such heading`
  }
  return undefined
}

test('the package has README, changes and guides', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/README.md']))
  expect(pages.length).toBeGreaterThan(20)
})

describe.each(pages)('%s', page => {
  const links = linksOf(read(page))

  test('no link is dead', () => {
    expect(links.map(link => faultOf(page, link)).filter(fault => fault !== undefined)).toEqual([])
  })
})

test('each guide is reached from the README', () => {
  const reached = new Set<string>()
  const visit = (page: string) => {
    if (reached.has(page)) return
    reached.add(page)
    for (const link of linksOf(read(page))) {
      const [path = ''] = link.split('#')
      const target = posix.normalize(posix.join(posix.dirname(page), path))
      if (path !== '' && packed.has(target) && target.endsWith('.md')) visit(target)
    }
  }
  visit('README.md')
  expect(pages.filter(page => !reached.has(page))).toEqual([])
})
