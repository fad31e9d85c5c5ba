// What the end of the engine gives back to the system.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the process has the memory that it had before', () => {
  const script = join(import.meta.dirname, 'close-engine.js')
  const output = execFileSync(process.execPath, ['--expose-gc', script], { encoding: 'utf8' })
  const { before, during, after, resources } = JSON.parse(output)
  expect(during).toBeGreaterThan(before + 80e6)
  expect(after).toBeLessThan(before + 10e6)
  expect(resources).not.toContain('Worker')
}, 120_000)
