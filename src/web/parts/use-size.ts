// The size of an element, as it changes, and whether it is in view.
import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** In CSS pixels; 0 before it is laid out. */
export function useWidth(element: RefObject<Element | null>): Signal<number> {
  const width = useSignal(0)
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => {
      width.value = entry?.contentRect.width ?? 0
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return width
}

/** Whether some of it is on the screen. */
export function useIsInView(element: RefObject<Element | null>): Signal<boolean> {
  const isInView = useSignal(false)
  useEffect(() => {
    if (!element.current) return
    const observer = new IntersectionObserver(entries => {
      isInView.value = entries.at(-1)?.isIntersecting ?? false
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return isInView
}
