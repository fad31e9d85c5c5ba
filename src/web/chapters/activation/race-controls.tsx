// The buttons of trainings that run side by side: train or pause, one batch, start over.
import { Button } from '../../parts/button.tsx'
import type { Race } from './side-by-side.ts'
import { words } from './texts.ts'

export interface RaceControlsProps {
  race: Pick<Race<unknown>, 'state' | 'start' | 'pause' | 'step' | 'restart' | 'error'>
}

export function RaceControls({ race }: RaceControlsProps) {
  const texts = words.value
  const state = race.state.value
  const isRunning = state === 'running'
  const label = {
    ready: texts.train,
    starting: texts.train,
    running: texts.pause,
    paused: texts.train,
    finished: texts.again,
    failed: texts.again,
  }[state]
  return (
    <>
      <div class="controls">
        <Button isPrimary onPress={isRunning ? race.pause : race.start}>
          {label}
        </Button>
        <Button onPress={race.step} isDisabled={isRunning}>
          {texts.step}
        </Button>
        <Button onPress={race.restart}>{texts.reset}</Button>
      </div>
      {state === 'failed' && (
        <p class="fault" role="alert">
          {texts.failed(String(Object(race.error.value).message || race.error.value))}
        </p>
      )}
    </>
  )
}
