// What goes wrong in a backend, in one kind of error.
import { expect, test } from 'vitest'
import { StorageError } from '../../src/index.ts'
import { attempt, type Backend } from '../../src/storage/backends/backend.ts'

const fail = (cause: unknown) => attempt({} as Backend, 'it cannot be saved', () => Promise.reject(cause))

test.each<[unknown, string, string]>([
  [new DOMException('full', 'QuotaExceededError'), 'ERR_STORAGE_QUOTA', 'there is no room for it'],
  [Object.assign(new Error('write'), { code: 'ENOSPC' }), 'ERR_STORAGE_QUOTA', 'there is no room for it'],
  [new DOMException('', 'AbortError'), 'ERR_STORAGE_FAILED', 'it cannot be saved: AbortError'],
  [null, 'ERR_STORAGE_FAILED', 'it cannot be saved: the system gives no reason'],
  [undefined, 'ERR_STORAGE_FAILED', 'it cannot be saved: the system gives no reason'],
])('%s', async (cause, code, message) => {
  const error = await fail(cause).catch(error => error)
  expect(error).toBeInstanceOf(StorageError)
  expect(error).toMatchObject({ code, cause, message: expect.stringContaining(message) })
})

test('an error of the storage’s own stays as it is', async () => {
  const error = new StorageError('ERR_STORAGE_CLOSED', 'closed')
  await expect(fail(error)).rejects.toBe(error)
})
