// The options of one optimiser or schedule: those that the command line takes are those that the API takes.
import { describe, expect, test } from 'vitest'
import { type OptimizerFlags, optimizerOf } from '../../src/cli/optimizer-options.ts'
import { type ScheduleFlags, scheduleOf } from '../../src/cli/schedule-options.ts'
import type { OptionRule, OptionTable } from '../../src/optimizers/named-options.ts'
import { optimizerNames, resolveOptimizer } from '../../src/optimizers/optimizer-options.ts'
import { OPTIMIZERS } from '../../src/optimizers/optimizer-table.ts'
import { resolveSchedule, scheduleNames } from '../../src/optimizers/schedule-options.ts'
import { SCHEDULES, type ScheduleOptions } from '../../src/optimizers/schedule-table.ts'

const succeeds = (attempt: () => unknown) => {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

/** For each option of a table, a value that all rows with the option take. */
function examples(table: OptionTable): [option: string, value: unknown][] {
  const options = new Set(Object.values(table).flatMap(({ options }) => Object.keys(options)))
  return [...options].map(option => {
    const rules = Object.values(table).flatMap(({ options }) => options[option] ?? [])
    return [option, [0.5, 3, true, 'linear'].find(value => rules.every(({ accepts }) => accepts(value)))]
  })
}

/** What commander calls an option. */
const flagOf = (option: string) => (option === 'every' ? 'stepEvery' : option)

describe.each(optimizerNames)('--optimizer %s', name => {
  test.each(examples(OPTIMIZERS))('%s', (option, value) => {
    const flags = { optimizer: name, [option]: value } as OptimizerFlags
    const wanted = { name, [option]: value } as never
    expect(succeeds(() => optimizerOf(flags, 'images'))).toBe(
      succeeds(() => resolveOptimizer({ optimizer: wanted })),
    )
    if (!succeeds(() => optimizerOf(flags, 'images'))) return
    const { learningRate, ...rest } = optimizerOf(flags, 'images')
    expect(rest).toEqual({ optimizer: wanted })
    expect(learningRate).toBe(name === 'sgd' ? 0.5 : undefined)
  })
})

describe.each(scheduleNames)('--schedule %s', name => {
  /** What the schedule must have. */
  const needed = Object.fromEntries(
    Object.entries<OptionRule>(SCHEDULES[name].options).flatMap(([option, { standard }]) =>
      standard === undefined ? [[option, examples(SCHEDULES).find(([other]) => other === option)?.[1]]] : [],
    ),
  )
  const neededFlags = Object.fromEntries(
    Object.entries(needed).map(([option, value]) => [flagOf(option), value]),
  )

  test.each(examples(SCHEDULES))('%s', (option, value) => {
    const flags = { schedule: name, ...neededFlags, [flagOf(option)]: value } as ScheduleFlags
    const wanted = { name, ...needed, [option]: value } as ScheduleOptions
    expect(succeeds(() => scheduleOf(flags))).toBe(succeeds(() => resolveSchedule(wanted, 1)))
    if (succeeds(() => scheduleOf(flags))) expect(scheduleOf(flags)).toEqual(wanted)
  })
})
