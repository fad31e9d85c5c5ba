// A number in a cell of a matrix. What is no number yet, such as "-", changes nothing, and what is typed stays as typed.
import { useSignal } from '@preact/signals'

export interface EntryFieldProps {
  /** For those who do not see where it stands. */
  label: string
  value: { value: number }
  /** Of its size. */
  most: number
}

export function EntryField({ label, value, most }: EntryFieldProps) {
  /** As it stands in the field while it has the focus: "-0" is to become "-0.5". */
  const typed = useSignal<string | undefined>(undefined)
  const isRight = (number: number) => Math.abs(number) <= most
  return (
    <input
      type="number"
      inputMode="decimal"
      step="any"
      min={-most}
      max={most}
      aria-label={label}
      aria-invalid={
        typed.value === undefined || isRight(Number(typed.value || Number.NaN)) ? undefined : 'true'
      }
      value={typed.value ?? value.value}
      onInput={event => {
        const { value: text, valueAsNumber: number } = event.currentTarget
        typed.value = text
        if (isRight(number)) value.value = number
      }}
      onBlur={() => {
        typed.value = undefined
      }}
    />
  )
}
