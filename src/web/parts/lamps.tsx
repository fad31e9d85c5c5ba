// A row of lamps for the steps of a procedure.

export interface LampsProps {
  /** What the steps are steps of, for those who do not see it. */
  label: string
  steps: readonly string[]
  /** The step that burns, from 0; −1 for none. Those before it are done. */
  lit: number
  /** So many from the first are done: those before the one that burns, unless told. */
  done?: number
  /** Makes buttons of the lamps. */
  onPick?(step: number): void
}

/**
 * @example
 * <Lamps label={words.value.pipeline} steps={words.value.stages} lit={stage.value} onPick={goTo} />
 */
export function Lamps({ label, steps, lit, done = lit, onPick }: LampsProps) {
  return (
    <ol class="lamps" aria-label={label}>
      {steps.map((step, i) => {
        const state = i === lit ? 'lit' : i < done ? 'done' : ''
        const current = i === lit ? ('step' as const) : undefined
        return (
          <li key={step} aria-current={onPick ? undefined : current}>
            {onPick ? (
              <button type="button" class={`lamp ${state}`} aria-current={current} onClick={() => onPick(i)}>
                {step}
              </button>
            ) : (
              <span class={`lamp ${state}`}>{step}</span>
            )}
          </li>
        )
      })}
    </ol>
  )
}
