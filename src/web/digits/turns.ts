// Unpacks on the page's thread, in turns with all else that it does.
import { type DigitArrays, unpacking } from './packing.ts'

/** Milliseconds after which the page has its turn. */
const SLICE = 8

/**
 * @param come how many of its bytes have come
 * @param more resolves when more have
 */
export async function unpackInTurns(
  packed: Uint8Array,
  come = () => packed.length,
  more?: () => Promise<void>,
): Promise<DigitArrays> {
  const steps = unpacking(packed, come)
  let end = performance.now() + SLICE
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    if (!value) await more?.()
    if (performance.now() < end) continue
    await turn()
    end = performance.now() + SLICE
  }
}

/** Lets the page have its turn. A timer would wait for longer. */
function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise(resolve => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
