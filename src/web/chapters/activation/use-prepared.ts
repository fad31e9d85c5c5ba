// Trainings that are made when their exhibit is first seen, so that a page that is not scrolled does nothing.
import { useSignalEffect } from '@preact/signals'
import { useIsWanted } from '../../parts/use-size.ts'
import type { Race } from './side-by-side.ts'

export function usePrepared(
  box: { current: HTMLElement | null },
  race: Pick<Race<unknown>, 'state' | 'measures' | 'prepare'>,
): void {
  const isInView = useIsWanted(box, () => race.measures.value.length > 0 || race.state.value === 'failed')
  useSignalEffect(() => {
    if (isInView.value && race.state.peek() === 'ready') race.prepare()
  })
}
