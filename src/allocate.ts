// Arrays in the host's memory. Where it has no room, the language throws a RangeError, which tells nobody what to do.
import { AllocationError } from './errors.ts'

/** What `create` makes. Throws {@link AllocationError} with the words that `problem` gives where there is no room. */
export function allocate<Made>(create: () => Made, problem: () => string): Made {
  try {
    return create()
  } catch (error) {
    if ((error as Error).name === 'RangeError') throw new AllocationError(problem())
    throw error
  }
}
