// For Jest as it comes: CommonJS in a sandbox.
const { writeFileSync } = require('node:fs')
const wasmlp = require('wasmlp')

test('a training is resumed', async () => {
  const { resume } = require('./resume.cjs')
  const hashes = await resume(wasmlp)
  writeFileSync('hashes.json', JSON.stringify(hashes))
  expect(hashes[1]).toBe(hashes[0])
})
