// A button that keeps the focus, whatever it says or allows.
import type { ComponentChildren } from 'preact'

export interface ButtonProps {
  onPress(): void
  children: ComponentChildren
  /** The one that an exhibit is about. */
  isPrimary?: boolean
  /** Pressing it does nothing now; it can still have the focus, which the attribute `disabled` would take. */
  isDisabled?: boolean
  /** For a button that stays pressed: whether it is. */
  isPressed?: boolean
  id?: string
}

export function Button({ onPress, children, isPrimary, isDisabled, isPressed, id }: ButtonProps) {
  return (
    <button
      type="button"
      id={id}
      class={`button${isPrimary ? ' primary' : ''}`}
      aria-disabled={isDisabled ? 'true' : undefined}
      aria-pressed={isPressed}
      onClick={() => {
        if (!isDisabled) onPress()
      }}
    >
      {children}
    </button>
  )
}
