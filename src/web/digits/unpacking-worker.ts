// Unpacks digits in a thread of its own, while their bytes come: first their number, then one piece after the other.
import { unpacking } from './packing.ts'

let packed = new Uint8Array()
let come = 0
let steps: ReturnType<typeof unpacking> | undefined

addEventListener('message', ({ data }: MessageEvent<number | Uint8Array>) => {
  if (typeof data === 'number') {
    packed = new Uint8Array(data)
    steps = unpacking(packed, () => come)
    return
  }
  packed.set(data, come)
  come += data.length
  unpack()
})

/** As far as it has come. */
function unpack(): void {
  for (;;) {
    const step = steps?.next()
    if (!step) return
    if (step.done) {
      const { images, labels } = step.value
      postMessage(step.value, { transfer: [images.buffer, labels.buffer] })
      return
    }
    if (!step.value) return
  }
}
