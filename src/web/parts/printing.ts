// Printing: paper is white, and shows what is far from the screen too.
import { batch, signal } from '@preact/signals'
import { words } from '../texts.ts'
import { drawNow } from './frame-loop.ts'
import { readPalette } from './palette.ts'

/** Whether all is shown and computed, wherever it is: from when the page is printed until the visitor does something else. */
export const isPrinted = signal(false)

/** What only computes when it is near the screen, and has not begun. */
const waiting = new Set<Element>()

/** Says in print that something is not there yet, unless the function that this returns was called before. */
export function saysWhenMissing(element: Element): () => void {
  waiting.add(element)
  return () => waiting.delete(element)
}

/** What a print begins with is drawn now: no frame comes before it. What takes longer is there when the page is printed again. */
function begin(): void {
  if (document.documentElement.classList.contains('printed')) return
  document.documentElement.classList.add('printed')
  for (const element of waiting) {
    const place = element.querySelector('.exhibit-picture') ?? element
    place.setAttribute('data-missing', words.value.notPrintedYet)
  }
  batch(() => {
    isPrinted.value = true
    readPalette()
  })
  drawNow()
}

function end(): void {
  document.documentElement.classList.remove('printed')
  for (const element of document.querySelectorAll('[data-missing]')) element.removeAttribute('data-missing')
  readPalette()
  const rest = () => {
    for (const name of EVENTS) removeEventListener(name, rest)
    if (!document.documentElement.classList.contains('printed')) isPrinted.value = false
  }
  for (const name of EVENTS) addEventListener(name, rest)
}
const EVENTS = ['scroll', 'pointerdown', 'keydown'] as const

/** Follows the browser's printing. To be called once. */
export function followPrinting(): void {
  addEventListener('beforeprint', begin)
  addEventListener('afterprint', end)
  // As developers' tools emulate it.
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? begin() : end()))
}
