// Some kills of workers and some rounds of chaos, always the same; `npm run test:kills` has thousands of them.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { outcomeOf, TIME_LIMIT } from '../support/run-cli.ts'

const run = (script: string, ...args: string[]) =>
  outcomeOf(spawn(process.execPath, [join(import.meta.dirname, script), ...args], TIME_LIMIT))

test('ten workers are killed: nothing hangs, and what survives has the same weights', async () => {
  const { code, stdout, stderr } = await run('kill-workers.js', '10', '5')
  expect(stderr).toBe('')
  expect(stdout).toContain('0 hung, 0 ended with other weights, 0 workers are left\n')
  expect(code).toBe(0)
})

test('twelve rounds of chaos: every promise settles, and nothing is left', async () => {
  const { code, stdout, stderr } = await run('chaos.js', '12', '5')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^12 rounds, /)
  expect(stdout).toContain(' 0 faults, 0 workers and 0 bytes are left\n')
  expect(code).toBe(0)
})
