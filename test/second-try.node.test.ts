// A test that passes at its second try only is named where the run ends, with what went wrong at first, and so it is where CI
// sums up.
import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeDirectory, temporaryDirectory } from './support/temporary-directory.ts'

const root = resolve(import.meta.dirname, '..')
const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: root })

let folder: string | undefined
beforeAll(async () => {
  folder = await temporaryDirectory()
})
afterAll(() => removeDirectory(folder))

test('a test that fails once is told of by npm test and by CI', async () => {
  const results = join(folder ?? '', 'results.json')
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--root=test/fixtures/second-try']
  const reporters = [`--reporter=${root}/test/support/second-try-reporter.ts`, '--reporter=json']
  const { stderr } = await run(...vitest, ...reporters, `--outputFile=${results}`)
  const named =
    /passed at the second try: .*once\.fixture\.js: what fails once\n {2}AssertionError: expected 1 to be 2/
  expect(stderr).toMatch(named)
  expect(stderr).not.toContain('what passes')

  const summary = await run('test/support/sum-up.js', results, '0')
  expect(summary.stdout).toBe('2 passed, 0 failed\n')
  expect(summary.stderr).toMatch(named)
  expect(summary.stderr).not.toContain('what passes')
})

test('a run that crashed has failed, whatever its results', async () => {
  const crashed = run('test/support/sum-up.js', join(folder ?? '', 'none.json'), '1')
  await expect(crashed).rejects.toMatchObject({ code: 1, stdout: '0 passed, 1 failed\n' })
})
