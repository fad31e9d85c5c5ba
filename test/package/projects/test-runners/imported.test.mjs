// For runners with modules.
import { writeFileSync } from 'node:fs'
import * as wasmlp from 'wasmlp'
import { resume } from './resume.js'

test('a training is resumed', async () => {
  const hashes = await resume(wasmlp)
  writeFileSync('hashes.json', JSON.stringify(hashes))
  expect(hashes[1]).toBe(hashes[0])
})
