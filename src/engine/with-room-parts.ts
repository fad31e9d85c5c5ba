// What is done once there was no room for a call.
import { AllocationError } from '../errors.ts'
import { collectGarbage } from './collect-garbage.ts'

/**
 * Collects the garbage and makes the call again. Rejects as that does, with {@link AllocationError} where an array of
 * JavaScript's own has no room: engines throw a RangeError for it.
 */
export async function callAgain<Result>(call: () => Promise<Result>): Promise<Result> {
  await collectGarbage()
  try {
    return await call()
  } catch (error) {
    const { name, message } = error as Error
    if (name !== 'RangeError' || !/alloc|memory|length/i.test(message)) throw error
    throw new AllocationError(
      `no memory is left here for a result or a copy (${message}): free models or data sets that are no longer needed, or ` +
        'take fewer samples at a time',
    )
  }
}
