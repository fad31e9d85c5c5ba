// The package in test runners, whose sandboxes have arrays and errors of their own: a training in a worker is resumed from a
// checkpoint, and ends with the weights that Node gets without any of them.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, inject, test } from 'vitest'
import { createProject, type Project, tool, toolVersion } from './project.ts'

const node = process.execPath
const jest = tool('jest/bin/jest.js')
const vitest = tool('vitest/vitest.mjs')
/** Jest gives out modules in its sandbox only with this. */
const MODULES = '--experimental-vm-modules'

/** The arguments of Node that run the one test, which leaves its hashes in a file. */
const RUNNERS: Record<string, string[]> = {
  [`Jest ${toolVersion('jest')}, require`]: [jest, 'required'],
  [`Jest ${toolVersion('jest')}, import`]: [MODULES, jest, 'imported'],
  // Its own conditions would choose the browser's modules, which jsdom cannot run.
  [`Jest ${toolVersion('jest')}, jsdom`]: [
    jest,
    'required',
    '--env=jsdom',
    '--setupFiles=./jsdom.setup.cjs',
    '--testEnvironmentOptions={"customExportConditions":["node"]}',
  ],
  ...Object.fromEntries(
    ['threads', 'forks', 'vmThreads', 'vmForks'].map(pool => [
      `Vitest ${toolVersion('vitest')}, ${pool}`,
      [vitest, 'run', `--pool=${pool}`, 'imported'],
    ]),
  ),
}

let project: Project
let expected: string[]

beforeAll(async () => {
  project = await createProject('test-runners', inject('tarball'))
  const { directory, run } = project
  expected = JSON.parse(await run(node, 'run.js'))
  // The same for `require`.
  const source = readFileSync(join(directory, 'resume.js'), 'utf8')
  writeFileSync(
    join(directory, 'resume.cjs'),
    `${source.replace('export async', 'async')}\nmodule.exports = { resume }\n`,
  )
})

test.for(Object.entries(RUNNERS))('%s', async ([, args], { task }) => {
  const file = join(project.directory, 'hashes.json')
  rmSync(file, { force: true })
  await project.run(node, ...args)
  const hashes: string[] = JSON.parse(readFileSync(file, 'utf8'))
  expect(hashes).toEqual(expected)
  task.meta.row = { 'trained in': task.name, weights: hashes[1] ?? '' }
})

test('without a test runner, the resumed weights are those of a training that was not interrupted', () => {
  expect(expected[1]).toBe(expected[0])
})
