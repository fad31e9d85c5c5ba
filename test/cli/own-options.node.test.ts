// The options of one optimiser or schedule: those that the command line takes are those that the API takes.
import { describe, expect, test } from 'vitest'
import { type OptimizerFlags, optimizerOf } from '../../src/cli/optimizer-options.ts'
import { type ScheduleFlags, scheduleOf } from '../../src/cli/schedule-options.ts'
import { optimizerNames, resolveOptimizer } from '../../src/optimizers/optimizer-options.ts'
import { resolveSchedule, scheduleNames } from '../../src/optimizers/schedule-options.ts'
import type { ScheduleOptions } from '../../src/optimizers/schedule-table.ts'

const succeeds = (attempt: () => unknown) => {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

describe.each(optimizerNames)('--optimizer %s', name => {
  test.each([
    ['momentum', 0.5],
    ['beta1', 0.5],
    ['beta2', 0.5],
    ['alpha', 0.5],
    ['centered', true],
    ['epsilon', 0.5],
    ['weightDecay', 0.5],
  ])('%s', (option, value) => {
    const flags = { optimizer: name, [option]: value } as OptimizerFlags
    const wanted = { name, [option]: value } as never
    expect(succeeds(() => optimizerOf(flags))).toBe(succeeds(() => resolveOptimizer({ optimizer: wanted })))
    if (!succeeds(() => optimizerOf(flags))) return
    const { learningRate, ...rest } = optimizerOf(flags)
    expect(rest).toEqual({ optimizer: wanted })
    expect(learningRate).toBe(name === 'sgd' ? 0.5 : undefined)
  })
})

describe.each(scheduleNames)('--schedule %s', name => {
  /** What the schedule must have. */
  const needed: Record<string, object> = { step: { every: 3 }, exponential: { factor: 0.5 } }
  const neededFlags: Record<string, object> = { step: { stepEvery: 3 }, exponential: { factor: 0.5 } }

  test.each([
    ['warmUp', 'warmUp', 0.5],
    ['stepEvery', 'every', 3],
    ['factor', 'factor', 0.5],
    ['minimum', 'minimum', 0.5],
    ['patience', 'patience', 3],
    ['threshold', 'threshold', 0.5],
    ['cooldown', 'cooldown', 3],
    ['pctStart', 'pctStart', 0.5],
    ['divFactor', 'divFactor', 3],
    ['finalDivFactor', 'finalDivFactor', 3],
    ['anneal', 'anneal', 'linear'],
  ])('%s', (flag, option, value) => {
    const flags = { schedule: name, ...neededFlags[name], [flag]: value } as ScheduleFlags
    const wanted = { name, ...needed[name], [option]: value } as ScheduleOptions
    expect(succeeds(() => scheduleOf(flags))).toBe(succeeds(() => resolveSchedule(wanted, 1)))
    if (succeeds(() => scheduleOf(flags))) expect(scheduleOf(flags)).toEqual(wanted)
  })
})
