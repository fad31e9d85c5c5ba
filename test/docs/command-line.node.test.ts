// The guide to the command line: its tables say what the command says.
import { describe, expect, test } from 'vitest'
import { readText } from '../support/fixture.ts'
import { runCli } from '../support/run-cli.ts'

const page = await readText('docs/command-line.md')

describe('docs/command-line.md', () => {
  test('the table of exit codes is that of --help', async () => {
    const { stdout } = await runCli('--help')
    const lines = [...stdout.matchAll(/^ +(\d+) {2}(.*)$/gm)].map(
      ([, code, meaning]) => `| ${code} | ${meaning} |`,
    )
    expect(lines).toHaveLength(7)
    expect(page).toContain(lines.join('\n'))
  })

  test('the options of train are those of --help', async () => {
    const { stdout } = await runCli('train', '--help')
    const ofHelp = [...stdout.matchAll(/^ +(--[\w-]+)/gm)].map(([, option = '']) => option)
    const ofPage = [...page.matchAll(/`(--[\w-]+)[^`]*`/g)].map(([, option = '']) => option)
    // A flag that is on by default is named by its opposite.
    const options = new Set(ofHelp.filter(option => option !== '--shuffle'))
    expect([...options].filter(option => !ofPage.includes(option))).toEqual([])
    // Other commands have these.
    const others = ['--help', '--json', '--top-k', '--invert', '--out', '--weights']
    expect(ofPage.filter(option => !options.has(option) && !others.includes(option))).toEqual([])
  })
})
