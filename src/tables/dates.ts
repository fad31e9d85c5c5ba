// Dates as tables write them, in milliseconds since 1970. Without a time zone they are in UTC, so that every machine reads
// the same.

const TIME = String.raw`(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?`
/** 2024-05-31 and 2024/05/31, with or without a time: ISO 8601 and what is near it. */
const YEAR_FIRST = new RegExp(String.raw`^([1-9]\d{3})([-/])(\d{1,2})\2(\d{1,2})${TIME}$`)
/** 31.05.2024. With slashes, day and month would be anyone's guess. */
const DAY_FIRST = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.([1-9]\d{3})${TIME}$`)

/** The date in a field without spaces around it; undefined for any other text, and for a day that there is not. */
export function readDate(field: string): number | undefined {
  if (field.length > 40) return undefined
  const yearFirst = YEAR_FIRST.exec(field)
  if (yearFirst) {
    const [, year, , month, day, ...time] = yearFirst
    return instant(Number(year), Number(month), Number(day), time)
  }
  const dayFirst = DAY_FIRST.exec(field)
  if (!dayFirst) return undefined
  const [, day, month, year, ...time] = dayFirst
  return instant(Number(year), Number(month), Number(day), time)
}

function instant(
  year: number,
  month: number,
  day: number,
  [hours = '0', minutes = '0', seconds = '0', fraction = '', zone = 'Z']: (string | undefined)[],
): number | undefined {
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3))
  const time = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
  const date = new Date(time)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  const [, sign, offsetHours, offsetMinutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60_000
  return sign === '-' ? time + offset : time - offset
}
