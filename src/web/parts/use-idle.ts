// What can wait until the page has nothing else to do.
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** Milliseconds after which it waits no longer. */
const PATIENCE = 1000

/** False until the page has had nothing to do, once. */
export function useHasRested(): Signal<boolean> {
  const hasRested = useSignal(false)
  useEffect(() => {
    const rest = () => {
      hasRested.value = true
    }
    // Safari has no idle times.
    if (!('requestIdleCallback' in globalThis)) {
      const timer = setTimeout(rest, PATIENCE / 10)
      return () => clearTimeout(timer)
    }
    const handle = requestIdleCallback(rest, { timeout: PATIENCE })
    return () => cancelIdleCallback(handle)
  }, [])
  return hasRested
}
