// Room in linear memory. What is forgotten in place of disposed of is freed by the garbage collector, which sees nothing of
// linear memory: it has no reason to run while that fills up.

/**
 * Makes a call again that had no room, when the garbage was collected. `canRepeat` tells whether what it did may be done
 * twice. Rejects as the call does; where it has no room again, with {@link AllocationError}.
 */
export async function withRoom<Result>(call: () => Promise<Result>, canRepeat = () => true): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    if (!canRepeat() || !/^(AllocationError|RangeError)$/.test(Object(error).name)) throw error
    const { callAgain } = await import('./with-room-parts.ts')
    return callAgain(call)
  }
}
