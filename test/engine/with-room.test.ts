// A call that had no room is made again once the garbage was collected; after that, it rejects with an AllocationError.
import { expect, test } from 'vitest'
import { withRoom } from '../../src/engine/with-room.ts'
import { AllocationError } from '../../src/errors.ts'

/** A call that fails so often, and how often it was made. */
function failing(error: Error, times: number) {
  const count = { calls: 0 }
  const call = async () => {
    count.calls += 1
    if (count.calls <= times) throw error
    return 'done'
  }
  return { count, call }
}

/** As engines put it. */
const NO_ARRAY = [
  new RangeError('Array buffer allocation failed'),
  new RangeError('Invalid typed array length: 5000000000'),
  new RangeError('Out of memory'),
]

test.each([...NO_ARRAY, new AllocationError('linear memory has no room')])('once: %s', async error => {
  const { count, call } = failing(error, 1)
  expect(await withRoom(call)).toBe('done')
  expect(count.calls).toBe(2)
})

test.each(NO_ARRAY)('twice: %s', async error => {
  await expect(withRoom(failing(error, 2).call)).rejects.toMatchObject({
    code: 'ERR_ALLOCATION',
    message: expect.stringContaining(`no memory is left here for a result or a copy (${error.message})`),
  })
})

test('what may not be done twice is not', async () => {
  const { count, call } = failing(new AllocationError('no room'), 1)
  await expect(withRoom(call, () => false)).rejects.toThrow('no room')
  expect(count.calls).toBe(1)
})

test.each([new RangeError('Maximum call stack size exceeded'), new TypeError('allocation')])(
  'another error stays as it is: %s',
  async error => {
    await expect(withRoom(failing(error, 2).call)).rejects.toBe(error)
  },
)
