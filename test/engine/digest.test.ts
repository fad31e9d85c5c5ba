// Digests of data files: by the platform, and without it, piece by piece.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { digest } from '../../src/engine/local-digest.ts'
import { gzip, gzipBomb } from '../support/gzip.ts'

afterEach(() => vi.unstubAllGlobals())

const abc = new TextEncoder().encode('abc')
/** Source: FIPS 180-2, B.1. */
const SHA_256_OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
/** Of a million times `a`, B.3. */
const SHA_256_OF_MANY = 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'
const many = new Uint8Array(1_000_000).fill(97)

describe.each([
  ['with crypto.subtle', false],
  ['without crypto.subtle', true],
])('SHA-256 %s', (_, isMissing) => {
  const takeAway = () => {
    if (isMissing) vi.stubGlobal('crypto', {})
  }

  test('of a file as it is', async () => {
    takeAway()
    expect(await digest('SHA-256', abc, 'file')).toBe(SHA_256_OF_ABC)
    expect(await digest('SHA-256', many, 'file')).toBe(SHA_256_OF_MANY)
  })

  test('of what a gzipped file holds', async () => {
    takeAway()
    expect(await digest('SHA-256', await gzip(abc), 'file')).toBe(SHA_256_OF_ABC)
    expect(await digest('SHA-256', await gzip(many), 'file')).toBe(SHA_256_OF_MANY)
  })

  test('of a broken gzip file: an error', async () => {
    takeAway()
    const run = digest('SHA-256', (await gzip(many)).subarray(0, -1), 'train.gz')
    await expect(run).rejects.toMatchObject({
      code: 'ERR_DATA_TRUNCATED',
      message: expect.stringContaining('train.gz'),
    })
  })

  test('gives way to timers', async () => {
    takeAway()
    const file = await gzipBomb(40)
    let turns = 0
    const timer = setInterval(() => turns++)
    await digest('SHA-256', file, 'file')
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
  })
})

test('CRC-32 of a file as it is, gzipped or not', async () => {
  expect(await digest('CRC-32', new TextEncoder().encode('123456789'), '')).toBe('cbf43926')
  expect(await digest('CRC-32', new Uint8Array(), '')).toBe('00000000')
  const file = await gzip(abc)
  expect(await digest('CRC-32', file, '')).not.toBe(await digest('CRC-32', abc, ''))
})
