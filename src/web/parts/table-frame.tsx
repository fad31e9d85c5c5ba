// A frame in which a table scrolls sideways where it is wider than its place: then the keyboard reaches it.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useWidth } from './use-size.ts'

/**
 * @example
 * <TableFrame><table class="list">…</table></TableFrame>
 */
export function TableFrame({ children }: { children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null)
  const scrolls = useSignal(false)
  useWidth(box).value // measured again when that changes
  useEffect(() => {
    if (box.current) scrolls.value = box.current.scrollWidth > box.current.clientWidth
  })
  return (
    <div ref={box} class="table-frame" tabIndex={scrolls.value ? 0 : undefined}>
      {children}
    </div>
  )
}
