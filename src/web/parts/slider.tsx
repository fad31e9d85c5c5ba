// A slider with its value beside its name.
import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'

export interface SliderProps {
  label: string
  value: Pick<Signal<number>, 'value'>
  min: number
  max: number
  /** Of what is dragged: with `isLogarithmic`, of the power of ten. */
  step: number
  /** The value in words; also what a screen reader says. */
  format(value: number): string
  /** `min`, `max` and the value are spaced by their logarithms. */
  isLogarithmic?: boolean
  /** After a change by the visitor. */
  onChange?(value: number): void
}

/**
 * @example
 * <Slider label="w" value={slope} min={-5} max={5} step={0.01} format={w => formatNumber(w, 2)} />
 */
export function Slider({ label, value, min, max, step, format, isLogarithmic, onChange }: SliderProps) {
  const id = useId()
  const toTrack = isLogarithmic ? Math.log10 : (number: number) => number
  const fromTrack = isLogarithmic ? (place: number) => 10 ** place : (place: number) => place
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output for={id}>{format(value.value)}</output>
      <input
        id={id}
        type="range"
        min={toTrack(min)}
        max={toTrack(max)}
        step={step}
        value={toTrack(value.value)}
        aria-valuetext={format(value.value)}
        onInput={event => {
          const number = Number(fromTrack(event.currentTarget.valueAsNumber).toPrecision(12))
          value.value = number
          onChange?.(number)
        }}
      />
    </div>
  )
}
