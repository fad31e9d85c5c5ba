// Files of a disk: CSV and NumPy's, by path and file: URL, gzipped or not, and what is not there.
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate/browser'
import { afterAll, expect, test, vi } from 'vitest'
import { loadCsv, loadNpy, loadNpz, streamCsv, toNpy } from '../../src/data/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'wasmlp-data-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function write(name: string, content: string | Uint8Array): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

/** More than one chunk of a file. */
const rows = Array.from({ length: 100_000 }, (_, i) => i)
const csv = `n,label\n${rows.map(i => `${i},${i % 3}`).join('\n')}\n`

test.each([
  ['as it is', write('rows.csv', csv)],
  ['gzipped', write('rows.csv.gz', gzipSync(csv))],
])('a CSV file %s, whole and in chunks', async (_, path) => {
  const data = await loadCsv(path, { label: 'label' })
  expect(data.inputs).toEqual(Float32Array.from(rows))
  expect(data.labels).toEqual(Int32Array.from(rows, i => i % 3))
  let at = 0
  for await (const { inputs, samples } of streamCsv(pathToFileURL(path), { label: 'label', rows: 30_000 })) {
    expect(inputs).toEqual(data.inputs.subarray(at, at + samples))
    at += samples
  }
  expect(at).toBe(rows.length)
})

test('limits', async () => {
  for (const path of [write('short.csv', 'a\n1\n'), write('short.csv.gz', gzipSync('a\n1\n'))]) {
    expect((await loadCsv(path, { maxBytes: 4 })).inputs).toEqual(Float32Array.of(1))
    await expect(loadCsv(path, { maxBytes: 3 })).rejects.toMatchObject({ code: 'ERR_DATA_TOO_LARGE' })
    await expect(loadCsv(path, { maxBytes: Number.NaN })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  }
})

test('a file that says it is larger than the limit is not read', async () => {
  const path = write('sparse.npy', '')
  truncateSync(path, 3 * 2 ** 30) // takes no room on the disk
  const before = bytesRead()
  await expect(loadNpy(path)).rejects.toMatchObject({ code: 'ERR_DATA_TOO_LARGE' })
  expect(bytesRead() - before).toBeLessThan(2 ** 20)
})

/** Bytes that this process has read so far; 0 where the system does not tell. */
function bytesRead(): number {
  if (!existsSync('/proc/self/io')) return 0
  return Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
}

test('a NumPy file is read in slices, and an abort ends it between two', async () => {
  const halves = toNpy(new Uint16Array(2 ** 20))
  halves.set(new TextEncoder().encode('<f2'), Buffer.from(halves).indexOf('<u2'))
  const path = write('halves.npy', halves)
  const zip = write('halves.npz', zipSync({ 'x.npy': halves }))
  for (const load of [
    (signal: AbortSignal) => loadNpy(path, { signal }),
    (signal: AbortSignal) => loadNpz(zip, { signal }),
  ]) {
    const controller = new AbortController()
    let reads = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => 12 * ++reads)
    await load(controller.signal)
    const all = reads
    // Each step has taken too long, so that the clock is read twice: copies, and conversions.
    expect(all).toBeGreaterThanOrEqual((2 * 2 * 2 ** 20) / 2 ** 16)
    reads = 0
    clock.mockImplementation(() => {
      if (++reads === all - 8) controller.abort(new Error('enough'))
      return 12 * reads
    })
    await expect(load(controller.signal)).rejects.toThrow('enough')
    clock.mockRestore()
  }
})

test('NumPy’s files', async () => {
  const data = Float64Array.of(1, 2, 3)
  const npy = toNpy(data)
  const array = { data, shape: [3], dtype: 'float64' }
  expect(await loadNpy(write('x.npy', npy))).toEqual(array)
  expect(await loadNpy(pathToFileURL(write('x.npy.gz', gzipSync(npy))))).toEqual(array)
  const npz = write('x.npz', zipSync({ 'x.npy': npy }))
  expect(await loadNpz(npz)).toEqual({ x: array })
  expect(await loadNpz(npz, { arrays: ['x'] })).toEqual({ x: array })
  await expect(loadNpz(npz, { arrays: ['y'] })).rejects.toThrow(`${npz} has no array "y": it has "x"`)
  await expect(loadNpz(npz, { maxBytes: 100 })).rejects.toMatchObject({ code: 'ERR_DATA_TOO_LARGE' })
  await expect(loadNpy(npz)).rejects.toMatchObject({
    code: 'ERR_DATA_MAGIC',
    message: expect.stringContaining(`${npz} is not a .npy file`),
  })
})

test('what is not there, and what was aborted before', async () => {
  const path = join(directory, 'none')
  const signal = AbortSignal.abort('no')
  for (const load of [loadCsv, loadNpy, loadNpz]) {
    await expect(load(path)).rejects.toMatchObject({
      code: 'ERR_DATA_NOT_FOUND',
      message: `${path} is not there: check the path or address`,
    })
    await expect(load(path, { signal })).rejects.toBe('no')
  }
})
