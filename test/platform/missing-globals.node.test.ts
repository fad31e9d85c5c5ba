// What a runtime lacks is named by a typed error where it is first needed.
import { afterEach, expect, test, vi } from 'vitest'
import { decodeGzip } from '../../src/platform/browser-compute.ts'
import { fetchFile } from '../../src/platform/fetch-file.ts'
import { chooseBuild } from '../../src/wasm/builds.ts'

afterEach(() => vi.unstubAllGlobals())

test('fetch', async () => {
  vi.stubGlobal('fetch', undefined)
  await expect(fetchFile('https://example.org/a.npy')).rejects.toMatchObject({
    code: 'ERR_UNSUPPORTED',
    message: "https://example.org/a.npy cannot be read: this runtime has no fetch. Give the file's bytes",
  })
})

test('DecompressionStream', async () => {
  vi.stubGlobal('DecompressionStream', undefined)
  await expect(decodeGzip('')).rejects.toMatchObject({
    code: 'ERR_UNSUPPORTED',
    message: expect.stringContaining('wasmlp needs DecompressionStream, which this runtime lacks'),
  })
})

test('WebAssembly', () => {
  vi.stubGlobal('WebAssembly', undefined)
  expect(() => chooseBuild('auto')).toThrow('wasmlp needs WebAssembly with SIMD, which this runtime lacks')
})
