// Digits of the test images as examples on the pad. No DOM.
import { computed, signal } from '@preact/signals'
import { testDigits } from '../../digits/digits.ts'
import { SIDE } from '../../digits/packing.ts'
import { imageSets } from './image-sets.ts'
import { buildName } from './network.model.ts'
import { drawn, putImage } from './pad.model.ts'
import { images } from './training-state.model.ts'

interface Example {
  /** Among the test images. */
  readonly index: number
  readonly label: number
  /** When it was put there. */
  readonly at: number
}

const last = signal<Example | undefined>(undefined)

/** The example that is on the pad as it was put there, if any. */
export const shownExample = computed(() => (last.value?.at === drawn.value ? last.value : undefined))

/** Puts the next test image on the pad. */
export async function nextExample(): Promise<void> {
  const index = last.peek() ? (last.peek()?.index ?? 0) + 1 : 0
  const { pixels, label } = await testImage(index)
  putImage(pixels)
  last.value = { index, label, at: drawn.peek() }
}

/** Those inside the page need not be loaded into the engine's memory. */
async function testImage(index: number): Promise<{ pixels: Uint8Array; label: number }> {
  if (images.peek() === 'own') {
    const { test } = await imageSets('own', buildName())
    const at = index % test.length
    const { inputs, labels } = await test.slice(at, at + 1).read()
    return { pixels: Uint8Array.from(inputs), label: labels?.[0] ?? 0 }
  }
  const digits = await testDigits()
  const at = index % digits.labels.length
  const size = SIDE * SIDE
  return { pixels: digits.images.slice(at * size, (at + 1) * size), label: digits.labels[at] ?? 0 }
}
