// Signals and closed pipes. Training that would go on for ever is stopped from outside.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, outcomeOf, parseLines, runCli, startCli, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let data: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-signals-'))
  data = writeQuadrants(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Training without end that has printed its first epoch. */
async function startTraining(...flags: string[]) {
  const child = startCli(['train', '--data', data, '--epochs', '1000000000', '--json', ...flags])
  const outcome = outcomeOf(child)
  let output = ''
  while (!output.includes('"event":"epoch"')) output += String(await once(child.stdout, 'data'))
  return { child, outcome }
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, exitCode) => {
  test('ends training; the weights so far are written and can be measured', async () => {
    const out = join(directory, `${signal}.safetensors`)
    const { child, outcome } = await startTraining('--out', out)
    child.kill(signal)
    const { code, stdout, stderr } = await outcome
    expect(stderr).toMatch(
      /^wasmlp: interrupted in epoch \d+ of 1000000000: the weights trained so far are in /,
    )
    expect(stderr).toContain(`are in ${out}\n`)
    expect(code).toBe(exitCode)
    expect(new Set(parseLines(stdout).map(({ event }) => event))).toEqual(new Set(['start', 'epoch']))
    expect(await runCli('evaluate', out, '--data', data)).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(directory).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  test('without --out, says that nothing is kept', async () => {
    const { child, outcome } = await startTraining()
    child.kill(signal)
    const { code, stderr } = await outcome
    expect(stderr).toMatch(
      /^wasmlp: interrupted in epoch \d+ of 1000000000: without --out, nothing is kept\n$/,
    )
    expect(code).toBe(exitCode)
  })

  test('ends what cannot be interrupted, such as a download, at once', async () => {
    const server = createServer(() => {}) // never answers
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const child = startCli(['train', '--data', url])
      const outcome = outcomeOf(child)
      await once(server, 'request')
      child.kill(signal)
      expect(await outcome).toEqual({ code: exitCode, stdout: '', stderr: '' })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})

test('a second signal ends training at once, with nothing written', async () => {
  const out = join(directory, 'twice.safetensors')
  const { child, outcome } = await startTraining('--out', out)
  // Both wait while the process stands still, so that it meets them together.
  child.kill('SIGSTOP')
  child.kill('SIGINT')
  child.kill('SIGTERM')
  child.kill('SIGCONT')
  const { code, stderr } = await outcome
  expect(stderr).toBe('')
  expect([130, 143]).toContain(code)
  expect(existsSync(out)).toBe(false)
})

test('a reader that goes away ends training quietly', async () => {
  const { child, outcome } = await startTraining()
  child.stdout.destroy()
  const { code, stderr } = await outcome
  expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
})

test.skipIf(!existsSync('/dev/full'))(
  'a full disk behind standard output is said in a sentence',
  async () => {
    const child = spawn('sh', ['-c', `'${process.execPath}' '${cli}' info > /dev/full`])
    expect(await outcomeOf(child)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'wasmlp: the output cannot be written: no space left on device\n',
    })
  },
)
