// The training's button once more, for exhibits that follow what the network learns.
import { Button } from '../../parts/button.tsx'
import { words } from './texts.ts'
import { press } from './training.model.ts'
import { action, isStarting } from './training-state.model.ts'

/** Starts, pauses and resumes the training, as the one above does. */
export function TrainButton() {
  const text = words.value.training
  const label = {
    train: text.train,
    'go-on': text.goOn,
    pause: text.pause,
    resume: text.resume,
    'try-again': text.tryAgain,
  }[action.value]
  return (
    <Button isDisabled={isStarting.value} onPress={press}>
      {label}
    </Button>
  )
}
