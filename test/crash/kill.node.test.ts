// A training that is killed ten times, at random moments, goes on each time; `npm run test:kills` kills it 500 times.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { outcomeOf, TIME_LIMIT } from '../support/run-cli.ts'

test('ten kills lose at most 50 iterations each, and change no bit of the weights', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill.js'), '10', '2'], TIME_LIMIT)
  const { code, stdout, stderr } = await outcomeOf(child)
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^10 kills in /)
  expect(stdout).toContain('\n0 trainings ended with other weights than the undisturbed one\n')
  expect(code).toBe(0)
})
