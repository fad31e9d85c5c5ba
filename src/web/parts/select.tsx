// One of several: a list that opens.
import { useId } from 'preact/hooks'

export interface SelectProps<Value extends string | number> {
  label: string
  value: Value
  options: readonly { readonly value: Value; readonly label: string }[]
  onChange(value: Value): void
  /** For what stands where its meaning is seen. */
  isLabelUnseen?: boolean
}

/**
 * @example
 * <Select label={words.value.optimizer} value={optimizer.value} options={[{ value: 'sgd', label: 'SGD' }, …]}
 *   onChange={name => { optimizer.value = name }} />
 */
export function Select<Value extends string | number>(props: SelectProps<Value>) {
  const { label, value, options, onChange, isLabelUnseen = false } = props
  const id = useId()
  return (
    <div class="field">
      <label for={id} class={isLabelUnseen ? 'unseen' : undefined}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={event => {
          const chosen = options[event.currentTarget.selectedIndex]
          if (chosen) onChange(chosen.value)
        }}
      >
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}
