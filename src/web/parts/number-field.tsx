// A field for a number, which says what it expects.
import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { formatNumber } from '../languages.ts'
import { words } from '../texts.ts'
import { useTypedNumber } from './typed-number.ts'

export interface NumberFieldProps {
  label: string
  /** Takes a number only when it is within the bounds. */
  value: Pick<Signal<number>, 'value'>
  min: number
  max: number
  /** 1 unless told; a multiple of it is not asked for. */
  step?: number
  /** Whether the number is whole: so unless told. */
  isWhole?: boolean
  isDisabled?: boolean
  /** For what stands where its meaning is seen. */
  isLabelUnseen?: boolean
  /** Of a number that is not whole: more are not shown. */
  decimals?: number
  id?: string
}

/**
 * @example
 * <NumberField label={words.value.epochs} value={epochs} min={1} max={50} />
 */
export function NumberField(props: NumberFieldProps) {
  const { label, value, min, max, step = 1, isWhole = true, isDisabled = false, isLabelUnseen } = props
  const made = useId()
  const id = props.id ?? made
  const decimals = isWhole ? 0 : props.decimals
  const shown = decimals === undefined ? value.value : Number(value.value.toFixed(decimals))
  const { isWrong, props: input } = useTypedNumber(
    value,
    shown,
    number => number >= min && number <= max && (!isWhole || Number.isInteger(number)),
  )
  return (
    <div class="field">
      <label for={id} class={isLabelUnseen ? 'unseen' : undefined}>
        {label}
      </label>
      <input
        id={id}
        type="number"
        inputMode={isWhole ? 'numeric' : 'decimal'}
        min={min}
        max={max}
        step={isWhole ? step : 'any'}
        readOnly={isDisabled}
        aria-describedby={isWrong ? `${id}-fault` : undefined}
        {...input}
      />
      {isWrong && (
        <span class="fault" id={`${id}-fault`}>
          {words.value.outOf(formatNumber(min, decimals), formatNumber(max, decimals))}
        </span>
      )}
    </div>
  )
}
