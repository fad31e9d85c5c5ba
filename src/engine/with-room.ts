// Room in linear memory. What is forgotten in place of disposed of is freed by the garbage collector, which sees nothing of
// linear memory: it has no reason to run while that fills up.

/**
 * Makes a call again whose allocation has failed, when the garbage was collected. `canRepeat` tells whether what it did
 * may be done twice. Rejects as the call does.
 */
export async function withRoom<Result>(call: () => Promise<Result>, canRepeat = () => true): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    if (!canRepeat() || Object(error).code !== 'ERR_ALLOCATION') throw error
    const { collectGarbage } = await import('./collect-garbage.ts')
    await collectGarbage()
    return call()
  }
}
