// --vectors. That 256 bits are used, and give the bits of 128, is tested in Node 24 and 26: test/package.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli, outcomeOf, runCli, TIME_LIMIT, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let data: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-vectors-'))
  data = writeQuadrants(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

const train = ['train', '--hidden', '', '--epochs', '1']

/** Runs the command with WASMLP_VECTORS. */
const runWith = (bits: string, ...args: string[]) =>
  outcomeOf(
    spawn(process.execPath, [cli, ...args], { ...TIME_LIMIT, env: { ...process.env, WASMLP_VECTORS: bits } }),
  )

const usage = (sentence: string) => ({
  code: 2,
  stdout: '',
  stderr: `wasmlp: ${sentence} (see wasmlp train --help)\n`,
})

test('other widths than 128 and 256', async () => {
  expect(await runCli('train', '--vectors', '512')).toEqual(
    usage('--vectors is "512": expected one of 128, 256'),
  )
  expect(await runWith('wide', 'train')).toEqual(usage('WASMLP_VECTORS is "wide": expected one of 128, 256'))
})

test('256 bits with a build of another width', async () => {
  expect(await runCli('train', '--vectors', '256', '--build', 'simd')).toEqual(
    usage('--vectors 256 is for --build auto or relaxed, not simd'),
  )
})

const isTested = ['24', '26'].includes(process.versions.node.split('.')[0] ?? '')

test.skipIf(isTested)('256 bits where they cannot be had: the reason', async () => {
  for (const outcome of [
    runCli(...train, '--data', data, '--vectors', '256'),
    runWith('256', ...train, '--data', data),
  ]) {
    const { code, stdout, stderr } = await outcome
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^wasmlp: --vectors 256 cannot be had: this runtime has .*\n$/)
  }
})

test('the option counts for more than the variable', async () => {
  const { code, stdout, stderr } = await runWith('256', ...train, '--data', data, '--vectors', '128')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).not.toContain('256')
})
