// Whether another thread has room in the address space: by what Linux says of the process.
import { expect, test } from 'vitest'
import { AllocationError } from '../../src/errors.ts'
import { checkRoomForThread } from '../../src/platform/address-space.ts'

const GIB = 2 ** 30
const limits = (bytes: number | 'unlimited') =>
  'Limit                     Soft Limit           Hard Limit           Units     \n' +
  `Max address space         ${bytes}            unlimited            bytes     \n`
const status = (bytes: number) => `Name:\tnode\nVmPeak:\t 99999999 kB\nVmSize:\t ${bytes / 1024} kB\n`

test.each([
  ['no limit', 0, limits('unlimited'), status(100 * GIB)],
  ['room for one', 0, limits(3 * GIB), status(1 * GIB)],
  ['room for three', 2, limits(5 * GIB), status(1 * GIB)],
  ['a system that says nothing', 0, '', ''],
])('%s is enough', (_, starting, limit, size) => {
  expect(() => checkRoomForThread(starting, limit, size)).not.toThrow()
})

test.each([
  ['too little for one', 0, limits(2 * GIB), status(1 * GIB)],
  ['room that others will take', 2, limits(4 * GIB), status(1 * GIB)],
])('%s is refused', (_, starting, limit, size) => {
  expect(() => checkRoomForThread(starting, limit, size)).toThrow(AllocationError)
  expect(() => checkRoomForThread(starting, limit, size)).toThrow('(ulimit -v)')
})

test('this process has room', () => {
  expect(() => checkRoomForThread(0)).not.toThrow()
})
