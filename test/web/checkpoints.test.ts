// Checkpoints in a browser that runs out of room.
import { expect, test } from 'vitest'
import { memoryCheckpoints } from 'wasmlp'
import { lastPosition, withoutLoss } from '../../src/web/keeping/checkpoints.ts'

test('a store that is full: what it has stays, and what follows is kept in the page', async () => {
  const browser = memoryCheckpoints()
  let isFull = false
  const write = async (name: string, bytes: Uint8Array) => {
    if (isFull) throw new DOMException('full', 'QuotaExceededError')
    await browser.write(name, bytes)
  }
  const kept = withoutLoss({ ...browser, write }, memoryCheckpoints())
  await kept.write('checkpoint-000001-000000.safetensors', Uint8Array.of(1))
  expect(kept.place.value).toBe('browser')
  isFull = true
  await kept.write('checkpoint-000002-000000.safetensors', Uint8Array.of(2))
  await kept.remove('checkpoint-000001-000000.safetensors')
  expect(kept.place.value).toBe('full')
  expect(await kept.list()).toEqual(['checkpoint-000002-000000.safetensors'])
  expect(await kept.read('checkpoint-000002-000000.safetensors')).toEqual(Uint8Array.of(2))
  expect(await lastPosition(kept)).toEqual({ epoch: 2, iteration: 0 })
  expect(await browser.list()).toEqual([])
})

test('a store that can remove nothing is no reason to stop', async () => {
  const browser = memoryCheckpoints()
  const remove = async () => Promise.reject(new DOMException('denied', 'SecurityError'))
  const kept = withoutLoss({ ...browser, remove }, memoryCheckpoints())
  await kept.write('checkpoint-000001-000000.safetensors', Uint8Array.of(1))
  await kept.remove('checkpoint-000001-000000.safetensors')
})

test('a store that does not answer: a training goes on in the page, and asks it no more', async () => {
  const browser = memoryCheckpoints()
  await browser.write('checkpoint-0001-000000.safetensors', Uint8Array.of(1))
  let questions = 0
  const silence = () => {
    questions += 1
    return new Promise<never>(() => {})
  }
  const kept = withoutLoss(
    { list: silence, read: silence, write: silence, remove: silence },
    memoryCheckpoints(),
    20,
  )
  expect(await kept.list()).toEqual([])
  expect(kept.place.value).toBe('silent')
  await kept.write('checkpoint-0002-000000.safetensors', Uint8Array.of(2))
  await kept.remove('checkpoint-0001-000000.safetensors')
  expect(await kept.read('checkpoint-0002-000000.safetensors')).toEqual(Uint8Array.of(2))
  await expect(kept.read('checkpoint-0001-000000.safetensors')).rejects.toThrow('has not answered')
  expect(questions).toBe(1)
})

test.each(['read', 'write', 'remove'] as const)(
  'a store that answers no more when it is to %s',
  async call => {
    const browser = memoryCheckpoints()
    const name = 'checkpoint-0001-000000.safetensors'
    await browser.write(name, Uint8Array.of(1))
    const silent = { ...browser, [call]: () => new Promise<never>(() => {}) }
    const kept = withoutLoss(silent, memoryCheckpoints(), 20)
    if (call === 'read') await expect(kept.read(name)).rejects.toThrow('does not answer')
    else await kept[call](name, Uint8Array.of(2))
    expect(kept.place.value).toBe('silent')
    expect(await kept.list()).toEqual(call === 'write' ? [name] : [])
  },
)
