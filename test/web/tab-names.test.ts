// Tabs that ask each other for a name, where the browser has no locks.
import { expect, test } from 'vitest'
import { askTabs } from '../../src/web/keeping/tab-names.ts'

test('one at a time has it', async () => {
  const first = await askTabs('a')
  expect(first).toBeInstanceOf(Function)
  expect(await askTabs('a')).toBeUndefined()
  const other = await askTabs('b')
  expect(other).toBeInstanceOf(Function)
  first?.()
  const next = await askTabs('a')
  expect(next).toBeInstanceOf(Function)
  for (const release of [other, next]) release?.()
})

test('of several that ask at once, one gets it', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => askTabs('c')))
  const owners = answers.filter(release => release !== undefined)
  expect(owners).toHaveLength(1)
  for (const release of owners) release()
})
