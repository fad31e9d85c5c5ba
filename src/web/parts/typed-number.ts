// What stands in a field for a number while it is typed: "-" and "-0" are on the way to "-0.5", and stay as they are.
import { type Signal, useSignal } from '@preact/signals'

export interface TypedNumber {
  /** Whether what stands in the field cannot be taken. */
  readonly isWrong: boolean
  /** For its `<input type="number">`. */
  readonly props: {
    readonly value: string | number
    readonly 'aria-invalid': 'true' | undefined
    onInput(event: { readonly currentTarget: HTMLInputElement }): void
    onBlur(): void
  }
}

/**
 * Takes each right number that is typed. A field that is left shows the number as the page writes it, or what was typed and
 * could not be taken.
 *
 * @param shown the number as the field shows it when nobody types
 */
export function useTypedNumber(
  value: Pick<Signal<number>, 'value'>,
  shown: number,
  isRight: (number: number) => boolean,
): TypedNumber {
  /** As it stands in the field, the empty string for what is no number yet; and the number that there was with it. */
  const typed = useSignal<{ text: string; number: number } | undefined>(undefined)
  // A number that has changed by other means is shown.
  const text = typed.value?.number === value.value ? typed.value.text : undefined
  const isNumber = (text: string) => text !== '' && isRight(Number(text))
  const isWrong = text !== undefined && !isNumber(text)
  return {
    isWrong,
    props: {
      value: text ?? shown,
      'aria-invalid': isWrong ? 'true' : undefined,
      onInput({ currentTarget: { value: text } }) {
        if (isNumber(text)) value.value = Number(text)
        typed.value = { text, number: value.value }
      },
      onBlur() {
        if (!isWrong) typed.value = undefined
      },
    },
  }
}
