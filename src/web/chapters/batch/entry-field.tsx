// A number in a cell of a matrix. What is no number yet, such as "-", changes nothing.
import { useTypedNumber } from '../../parts/typed-number.ts'

export interface EntryFieldProps {
  /** For those who do not see where it stands. */
  label: string
  value: { value: number }
  /** Of its size. */
  most: number
}

export function EntryField({ label, value, most }: EntryFieldProps) {
  const { props } = useTypedNumber(value, value.value, number => Math.abs(number) <= most)
  return (
    <input
      type="number"
      inputMode="decimal"
      step="any"
      min={-most}
      max={most}
      aria-label={label}
      {...props}
    />
  )
}
