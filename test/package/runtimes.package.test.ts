// The package in every runtime outside browsers: imported and required, it trains the same network to the same bits.
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { createProject, type Project, tool, toolVersion } from './project.ts'
import { expectTrained } from './result.ts'

/** The first Node that the package promises, the last of each line that it promises, and what else runs JavaScript. */
const RUNTIMES = [
  ...['node20', 'node22', 'node24', 'node26'].map(name => ({
    name: `Node ${toolVersion(name)}`,
    program: tool(`${name}/bin/node`),
    // Node 20.0.0 compiles in the background while it exits, and on a busy machine some 3 of 100 processes wait for that
    // for ever, their work done. Node 20.1.0 turned it off: https://github.com/nodejs/node/pull/47450
    args: toolVersion(name) === '20.0.0' ? ['--no-concurrent-sparkplug'] : [],
  })),
  {
    name: `Deno ${toolVersion('deno')}`,
    program: tool('@deno/linux-x64-glibc/deno'),
    args: ['run', '--no-prompt', '--allow-read', '--allow-env'],
  },
  { name: `Bun ${toolVersion('bun')}`, program: tool('@oven/bun-linux-x64/bin/bun'), args: [] },
]

let project: Project

beforeAll(async () => {
  project = await createProject('runtimes', inject('tarball'))
})

describe.each(RUNTIMES)('$name', ({ name, program, args }) => {
  test(`${name}, import`, async context => {
    const { same } = expectTrained(context, await project.run(program, ...args, 'import.js'))
    expect(same.threads).toBe(inject('reference').same.threads)
  })

  test(`${name}, require`, async context => {
    expectTrained(context, await project.run(program, ...args, 'require.cjs'))
  })

  test('import and require give the same classes', async () => {
    const { names, same } = JSON.parse(await project.run(program, ...args, 'both.cjs'))
    expect(same).toBe(true)
    expect(names).toBeGreaterThan(40)
  })
})
