// What a screen reader is told of as it changes: at most twice a second.
import { type ReadonlySignal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'

/** Milliseconds between two changes. */
const PAUSE = 500

/** Tells a signal's values at most twice a second; the last one always arrives. Returns what ends it. */
export function followCalmly<Value>(source: ReadonlySignal<Value>, tell: (value: Value) => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | undefined
  const take = () => {
    clearTimeout(timer) // one that is late would take another value at once
    timer = undefined
    last = performance.now()
    tell(source.peek())
  }
  const stop = source.subscribe(() => {
    const wait = last + PAUSE - performance.now()
    if (wait <= 0) take()
    else timer ??= setTimeout(take, wait)
  })
  return () => {
    stop()
    clearTimeout(timer)
  }
}

/** A signal that follows another at most twice a second. */
export function useCalm<Value>(source: ReadonlySignal<Value>): ReadonlySignal<Value> {
  const calm = useSignal(source.peek())
  useEffect(
    () =>
      followCalmly(source, value => {
        calm.value = value
      }),
    [source],
  )
  return calm
}

export interface LiveProps {
  text: ReadonlySignal<ComponentChildren>
  id?: string
  class?: string
}

/**
 * A paragraph that says how things stand, politely.
 *
 * @example
 * <Live text={status} />
 */
export function Live({ text, id, class: className }: LiveProps) {
  const calm = useCalm(text)
  return (
    <p role="status" id={id} class={className}>
      {calm.value}
    </p>
  )
}
