// The guide to the command line: its tables say what the command says, and its way from a CSV file to a prediction is typed
// as it stands.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readText } from '../support/fixture.ts'
import { cli, runCli } from '../support/run-cli.ts'

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
    const options = new Set(ofHelp.filter(option => !['--shuffle', '--stratify'].includes(option)))
    expect([...options].filter(option => !ofPage.includes(option))).toEqual([])
    // Other commands have these.
    const others = [
      '--help',
      '--json',
      '--top-k',
      '--invert',
      '--list',
      '--keep',
      '--strict',
      '--out',
      '--weights',
    ]
    expect(ofPage.filter(option => !options.has(option) && !others.includes(option))).toEqual([])
  })
})

test('the configuration is one that its schema knows', async () => {
  const [, text = ''] = /^```json\n([\s\S]*?)^```$/m.exec(page) ?? []
  const { properties } = JSON.parse(await readText('src/cli/train.schema.json'))
  const config = JSON.parse(text)
  expect(Object.keys(config).filter(key => !Object.hasOwn(properties, key))).toEqual([])
  const { exports } = JSON.parse(await readText('package.json'))
  expect(`./${config.$schema.replace('./node_modules/wasmlp/', '')}`).toBe(exports['./train.schema.json'])
})

test.skipIf(process.platform === 'win32')(
  'from a CSV file to a prediction, as typed in an empty folder',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'wasmlp-guide-'))
    try {
      mkdirSync(join(folder, 'node_modules'))
      symlinkSync(resolve('.'), join(folder, 'node_modules/wasmlp'))
      // What npx does in a project that has the package, without looking anything up.
      mkdirSync(join(folder, 'bin'))
      writeFileSync(join(folder, 'bin/npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${cli}" "$@"\n`, {
        mode: 0o755,
      })
      const PATH = [join(folder, 'bin'), join(process.execPath, '..'), process.env.PATH].join(delimiter)
      const blocks = [
        ...page.matchAll(
          /^<!-- example: table -->\n```sh\n([\s\S]*?)^```$(?:\n\n```text\n([\s\S]*?)^```$)?/gm,
        ),
      ]
      expect(blocks).toHaveLength(6)
      const outputs = blocks.map(([, code = '', shown]) => {
        const { stdout, stderr, status } = spawnSync('sh', ['-c', code], {
          cwd: folder,
          env: { ...process.env, PATH },
          encoding: 'utf8',
        })
        expect(status, stderr).toBe(0)
        if (shown !== undefined) expect(stdout).toBe(shown)
        return { stdout, stderr }
      })
      expect(outputs[2]?.stdout).toMatch(
        /^validation accuracy [\d.]+% after [\d.]+ s\nmodel in flowers\.safetensors$/m,
      )
      expect(page).toContain(`\`\`\`text\n${outputs[3]?.stderr}\`\`\``)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
