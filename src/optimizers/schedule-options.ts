// Learning-rate schedules as a user describes them: names and checks.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { resolveNamed } from './named-options.ts'
import { SCHEDULES, type ScheduleConfig, type ScheduleName, type ScheduleOptions } from './schedule-table.ts'

/** The names of all schedules. */
export const scheduleNames: readonly ScheduleOptions['name'][] = Object.freeze(
  Object.keys(SCHEDULES) as ScheduleOptions['name'][],
)

/** Throws {@link ArgumentError} for an unknown schedule or option, and for a number that cannot be. */
export function resolveSchedule(
  schedule: ScheduleName | ScheduleOptions | undefined,
  learningRate: number,
): ScheduleConfig {
  // The table has the options of `ScheduleConfig`, name by name.
  const config = resolveNamed('schedule', schedule ?? 'constant', SCHEDULES) as unknown as ScheduleConfig
  if ('minimum' in config && config.minimum > learningRate) {
    throw new ArgumentError(
      `minimum of the schedule '${config.name}' is ${describeValue(config.minimum)}: expected ${learningRate}, the learning rate, at most`,
    )
  }
  return config
}
