// Names of any characters as names of files.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromFileName, toFileName } from '../../src/storage/backends/file-names.ts'

test.each([
  ['mnist-2_final.safetensors', 'mnist-2_final.safetensors'],
  ['손글씨', '손글씨'],
  ['Aa', '%41a'],
  ['.a.', '%2ea%2e'],
  ['a/b c%', 'a%2fb%20c%25'],
  ['é', '%c3%a9'],
  ['con', '%63on'],
  ['con.txt', '%63on.txt'],
  ['console', 'console'],
  ['🧠', '%f0%9f%a7%a0'],
])('%j is %j', (name, file) => {
  expect(toFileName(name, 'x')).toBe(file)
  expect(fromFileName(file)).toBe(name)
})

test.each(['A', 'a b', '%41%', '%zz', '%C3%A9', 'con', '', 'a/b', '%61', '.DS_Store', 'x.1-2.TMP'])(
  '%j is the file name of nothing',
  file => {
    expect(fromFileName(file)).toBeUndefined()
  },
)

test('a file system that takes letters apart gives the name back', () => {
  expect(fromFileName('한'.normalize('NFD'))).toBe('한')
})

test('all names come back, and no two look alike to a file system', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter(name => !/\p{Surrogate}/u.test(name) && new TextEncoder().encode(name).length <= 60)
  fc.assert(
    fc.property(text, text, (a, b) => {
      const file = toFileName(a, 'x')
      expect(fromFileName(file)).toBe(a)
      expect(file).not.toMatch(/[A-Z/\\:*?"<>|\p{Cc}\s]|^\.|\.$/u)
      if (a !== b)
        expect(toFileName(b, 'x').normalize('NFC').toLowerCase()).not.toBe(
          file.normalize('NFC').toLowerCase(),
        )
    }),
  )
})

test('too long, empty or ill-formed', () => {
  expect(toFileName('a'.repeat(180), 'x')).toHaveLength(180)
  expect(toFileName('한'.repeat(60), 'x')).toHaveLength(60)
  for (const name of ['a'.repeat(181), '한'.repeat(61), '', '\udc00']) {
    expect(() => toFileName(name, "the model's name")).toThrow("the model's name is ")
  }
})
