// A training whose system calls fail, or that is killed at one, goes on to the same weights; `npm run test:faults` takes
// every call that writes.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { outcomeOf, TIME_LIMIT } from '../support/run-cli.ts'

const script = join(import.meta.dirname, 'faults.js')
const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0

test.skipIf(!canTrace)('four faults change no bit of the weights and of the best checkpoint', async () => {
  const { code, stdout, stderr } = await outcomeOf(spawn(process.execPath, [script, '4'], TIME_LIMIT))
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^\d+ faults, \d+ of which ended the training, [01] calls were not hit, /)
  expect(stdout).toContain('\n0 of them left something else than an undisturbed training\n')
  expect(code).toBe(0)
})

test('without strace, that is said', async () => {
  const child = spawn(process.execPath, [script, '4'], { ...TIME_LIMIT, env: { PATH: '' } })
  expect(await outcomeOf(child)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^strace cannot be run, without which no fault can be injected/),
  })
})
