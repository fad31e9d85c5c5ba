// One of a few: radio buttons side by side.
import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export interface ChoiceProps<Value extends string | number> {
  label: string
  value: Pick<Signal<Value>, 'value'>
  options: readonly { readonly value: Value; readonly label: ComponentChildren }[]
  /** Others than the present one cannot be chosen now. */
  isDisabled?: boolean
  /** After a change by the visitor. */
  onChange?(value: Value): void
}

/**
 * @example
 * <Choice label={words.value.data} value={shape} options={[{ value: 'xor', label: 'XOR' }, …]} />
 */
export function Choice<Value extends string | number>(props: ChoiceProps<Value>) {
  const { label, value, options, isDisabled = false, onChange } = props
  const name = useId()
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div>
        {options.map(option => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={value.value === option.value}
              disabled={isDisabled && value.value !== option.value}
              onChange={() => {
                value.value = option.value
                onChange?.(option.value)
              }}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
