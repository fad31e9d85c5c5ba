// The size of an element, as it changes, and whether it is in view, or near it.
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

/** Begins something when the visitor comes within a screen of an element, which gives how to end it. */
export function useWhenNear(element: RefObject<Element | null>, begin: () => () => void): void {
  useEffect(() => {
    if (!element.current) return
    let end: (() => void) | undefined
    const observer = new IntersectionObserver(
      entries => {
        if (!entries.at(-1)?.isIntersecting) return
        observer.disconnect()
        end = begin()
      },
      { rootMargin: '100% 0px' },
    )
    observer.observe(element.current)
    return () => {
      observer.disconnect()
      end?.()
    }
  }, [])
}
