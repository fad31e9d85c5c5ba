// A field for a line of text.
import { useId } from 'preact/hooks'

export interface TextFieldProps {
  label: string
  value: string
  /** The keyboard that a phone shows. */
  inputMode?: 'text' | 'numeric' | 'decimal'
  /** Says that what stands in it cannot be taken. */
  isWrong?: boolean
  onInput(text: string): void
}

/**
 * @example
 * <TextField label={text.name} value={name.value} onInput={typed => { name.value = typed }} />
 */
export function TextField({ label, value, inputMode, isWrong = false, onInput }: TextFieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode={inputMode}
        autocomplete="off"
        value={value}
        aria-invalid={isWrong ? 'true' : undefined}
        onInput={event => onInput(event.currentTarget.value)}
      />
    </div>
  )
}
