// Signals and closed pipes. Training that would go on for ever is stopped from outside.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  cli,
  failureEvent,
  outcomeOf,
  parseLines,
  runCli,
  startCli,
  writeQuadrants,
} from '../support/run-cli.ts'

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
  ['SIGHUP', 129],
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
    const events = parseLines(stdout)
    expect(events.pop()).toEqual(failureEvent(stderr, exitCode, /^ERR_INTERRUPTED$/))
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['start', 'epoch']))
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

test('a closed terminal sends several SIGHUPs: the second ends nothing', async () => {
  const out = join(directory, 'hung-up.safetensors')
  const { child, outcome } = await startTraining('--out', out)
  // Until it says that it is done: from there on, a signal may meet a process without handlers.
  let isDone = false
  for (const stream of [child.stderr, child.stdout]) stream.once('close', () => (isDone = true))
  child.stderr.once('data', () => (isDone = true))
  while (!isDone) {
    child.kill('SIGHUP')
    await new Promise(setImmediate)
  }
  const { code, stderr } = await outcome
  expect(stderr).toContain(`the weights trained so far are in ${out}\n`)
  expect(code).toBe(129)
  expect(await runCli('evaluate', out, '--data', data)).toMatchObject({ code: 0, stderr: '' })
})

test('a SIGHUP behind a SIGTERM, as systemd sends it, ends nothing at once', async () => {
  const out = join(directory, 'systemd.safetensors')
  const { child, outcome } = await startTraining('--out', out)
  child.kill('SIGTERM')
  child.kill('SIGHUP')
  const { code, stderr } = await outcome
  expect(stderr).toContain(`the weights trained so far are in ${out}\n`)
  expect([129, 143]).toContain(code)
})

test('a reader that goes away ends training quietly', async () => {
  const { child, outcome } = await startTraining()
  child.stdout.destroy()
  const { code, stderr } = await outcome
  expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
})

test('a reader that goes away: the weights so far are written all the same', async () => {
  const out = join(directory, 'unread.safetensors')
  const { child, outcome } = await startTraining('--out', out)
  child.stdout.destroy()
  const { code, stderr } = await outcome
  expect(stderr).toMatch(/^wasmlp: the reader of the output went away in epoch \d+ of 1000000000: /)
  expect(stderr).toContain(`the weights trained so far are in ${out}\n`)
  expect(code).toBe(141)
  expect(await runCli('evaluate', out, '--data', data)).toMatchObject({ code: 0, stderr: '' })
})

test('a training whose checkpoints cannot be written any more: the weights so far are written', async () => {
  const out = join(directory, 'unkept.safetensors')
  const checkpoints = join(directory, 'replaced')
  const { child, outcome } = await startTraining('--out', out, '--checkpoint', checkpoints)
  child.kill('SIGSTOP')
  rmSync(checkpoints, { recursive: true, force: true })
  writeFileSync(checkpoints, 'no directory')
  child.kill('SIGCONT')
  const { code, stderr } = await outcome
  expect(stderr).toMatch(/^wasmlp: .*\/replaced.* cannot be .*; the weights trained so far are in .*\n$/)
  expect(code).toBe(1)
  expect(await runCli('evaluate', out, '--data', data)).toMatchObject({ code: 0, stderr: '' })
})

test('a training that fails before its first batch leaves the file of --out as it is', async () => {
  const out = join(directory, 'good.safetensors')
  const checkpoints = ['--checkpoint', join(directory, 'checkpoints'), '--out', out]
  await runCli('train', '--data', data, '--epochs', '1', ...checkpoints)
  const before = readFileSync(out)
  const { code, stderr } = await runCli('train', '--data', data, '--epochs', '1', ...checkpoints)
  expect(code).toBe(1)
  expect(stderr).not.toContain('trained so far')
  expect(readFileSync(out).equals(before)).toBe(true)
})

test.skipIf(!existsSync('/dev/full'))(
  'a full disk behind standard output ends training before its first batch',
  async () => {
    const out = join(directory, 'full.safetensors')
    const command = `'${process.execPath}' '${cli}' train --data '${data}' --out '${out}' > /dev/full`
    expect(await outcomeOf(spawn('sh', ['-c', command]))).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'wasmlp: the output cannot be written: no space left on device in epoch 1 of 5: nothing was trained yet\n',
    })
    expect(existsSync(out)).toBe(false)
  },
)

test('standard output that cannot grow any more: the weights so far are written all the same', async () => {
  const out = join(directory, 'outgrown.safetensors')
  const log = join(directory, 'log.jsonl')
  // So many epochs that the system's answer comes within them.
  const epochs = '1000'
  const args = ['train', '--data', data, '--json', '--epochs', epochs, '--out', out]
  const [start = ''] = (await runCli(...args)).stdout.split('\n')
  rmSync(out)
  // Room for the first line and half of the second, in blocks of 512 bytes. The model is smaller than that.
  const blocks = 4096
  writeFileSync(log, Buffer.alloc(blocks * 512 - start.length - 100))
  const quoted = [process.execPath, cli, ...args].map(arg => `'${arg}'`).join(' ')
  const child = spawn('sh', ['-c', `ulimit -f ${blocks}; exec ${quoted} >> '${log}'`])
  const { code, stderr } = await outcomeOf(child)
  expect(stderr).toMatch(/^wasmlp: the output cannot be written: .* in epoch \d+ of 1000: the weights .*\n$/)
  expect(code).toBe(1)
  expect(await runCli('evaluate', out, '--data', data)).toMatchObject({ code: 0, stderr: '' })
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
