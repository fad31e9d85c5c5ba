// What kernels and host know of each other is written from one side to the other.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { generate } from '../../assembly/generate.js'

const files = Object.entries(await generate())

test.each(files)('%s is what `npm run generate` writes', async (path, text) => {
  expect(await readFile(path, 'utf8')).toBe(text)
})
