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
})
