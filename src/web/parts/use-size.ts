// The size of an element, as it changes, and whether it is in view, or near it.
import { type ReadonlySignal, type Signal, useComputed, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import { isPrinted, saysWhenMissing } from './printing.ts'

/** In CSS pixels; 0 before it is laid out. Its style has it as `--drawn`, for paper: none is measured there. */
export function useWidth(element: RefObject<HTMLElement | null>): Signal<number> {
  const width = useSignal(0)
  useEffect(() => {
    const measured = element.current
    if (!measured) return
    const observer = new ResizeObserver(([entry]) => {
      width.value = entry?.contentRect.width ?? 0
      measured.style.setProperty('--drawn', `${width.value}px`)
    })
    observer.observe(measured)
    return () => observer.disconnect()
  }, [])
  return width
}

/** Whether some of it is on the screen, or on paper. */
export function useIsInView(element: RefObject<Element | null>): ReadonlySignal<boolean> {
  const isInView = useSignal(false)
  useEffect(() => {
    if (!element.current) return
    const observer = new IntersectionObserver(entries => {
      isInView.value = entries.at(-1)?.isIntersecting ?? false
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return useComputed(() => isInView.value || isPrinted.value)
}

/** Whether it is, for what begins to compute then, and what says whether it has something to show. */
export function useIsWanted(
  element: RefObject<Element | null>,
  isThere: () => boolean,
): ReadonlySignal<boolean> {
  useEffect(() => (element.current ? saysWhenMissing(element.current, isThere) : undefined), [])
  return useIsInView(element)
}

/**
 * Begins something when the visitor comes within a screen of an element, or prints it; what it gives ends that.
 *
 * @param isThere says whether it has something to show
 */
export function useWhenNear(
  element: RefObject<Element | null>,
  isThere: () => boolean,
  begin: () => () => void,
): void {
  useEffect(() => {
    if (!element.current) return
    const forget = saysWhenMissing(element.current, isThere)
    let end: (() => void) | undefined
    const start = () => {
      observer.disconnect()
      end ??= begin()
    }
    const observer = new IntersectionObserver(
      entries => {
        if (entries.at(-1)?.isIntersecting) start()
      },
      { rootMargin: '100% 0px' },
    )
    observer.observe(element.current)
    const stop = isPrinted.subscribe(isNow => {
      if (isNow) start()
    })
    return () => {
      stop()
      forget()
      observer.disconnect()
      end?.()
    }
  }, [])
}
