// Printing: paper is white, and shows what is far from the screen too.
import { batch, signal } from '@preact/signals'
import { words } from '../texts.ts'
import { drawNow, untilNextFrame } from './frame-loop.ts'
import { readPalette } from './palette.ts'

/** Whether all is shown and computed, wherever it is: from when the page is printed until the visitor does something else. */
export const isPrinted = signal(false)

/** Whether what is to be printed is still being made. */
export const isPreparing = signal(false)

/** Milliseconds after which it is printed as it is: what waits for a long training is not there by then. */
const PATIENCE = 30_000

/** Frames in which nothing is missing: what a number brings is rendered, has an effect, is measured and drawn, a frame each. */
const CALM = 4

/** What only computes when it is near the screen, and what says whether it has something to show. */
const late = new Map<Element, () => boolean>()

/** Says in print that something is not there yet, until the function that this returns is called. */
export function saysWhenMissing(element: Element, isThere: () => boolean): () => void {
  late.set(element, isThere)
  return () => late.delete(element)
}

/** Canvases, and what says whether they have been drawn. */
const drawings = new Map<Element, () => boolean>()

/** Makes {@link printWhole} wait for a drawing, until the function that this returns is called. */
export function printWaitsFor(canvas: Element, isDrawn: () => boolean): () => void {
  drawings.set(canvas, isDrawn)
  return () => drawings.delete(canvas)
}

/** Of the open chapter, which alone is printed. */
const missing = () =>
  [...late]
    .filter(([element, isThere]) => !(isThere() || element.closest('[hidden]')))
    .map(([element]) => element)

/** What a print begins with is drawn now: no frame comes before it. What takes longer says that it is missing. */
function begin(): void {
  if (document.documentElement.classList.contains('printed')) return
  document.documentElement.classList.add('printed')
  for (const element of missing()) {
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
  for (const name of EVENTS) addEventListener(name, rest)
}

/** The visitor goes on: what is far from the screen rests again. */
function rest(): void {
  for (const name of EVENTS) removeEventListener(name, rest)
  if (!document.documentElement.classList.contains('printed')) isPrinted.value = false
}
const EVENTS = ['scroll', 'pointerdown', 'keydown'] as const

/**
 * Prints once all that the open chapter shows is there. A browser's own menu cannot wait: what it prints has sentences
 * where something is missing.
 */
export async function printWhole(): Promise<void> {
  if (isPreparing.value) return
  isPreparing.value = true
  for (const name of EVENTS) removeEventListener(name, rest)
  isPrinted.value = true
  const end = performance.now() + PATIENCE
  for (let calm = 0; calm < CALM && performance.now() < end; ) {
    await untilNextFrame()
    await new Promise(resolve => setTimeout(resolve)) // behind the effects of what was rendered
    calm = missing().length > 0 || isBeingMade() ? 0 : calm + 1
  }
  isPreparing.value = false
  print()
  // Where nothing may be printed, no event says so.
  for (const name of EVENTS) addEventListener(name, rest)
}

const isBeingMade = () =>
  document.querySelector('[role="tabpanel"]:not([hidden]) [aria-busy]') !== null ||
  [...drawings].some(([canvas, isDrawn]) => !isDrawn() && canvas.clientWidth > 0)

/** Follows the browser's printing, and the keys that ask for it. To be called once. */
export function followPrinting(): void {
  addEventListener('beforeprint', begin)
  addEventListener('afterprint', end)
  // As developers' tools emulate it.
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? begin() : end()))
  addEventListener('keydown', event => {
    if (
      event.key.toLowerCase() !== 'p' ||
      !(event.ctrlKey || event.metaKey) ||
      event.shiftKey ||
      event.altKey
    )
      return
    event.preventDefault()
    printWhole()
  })
}
