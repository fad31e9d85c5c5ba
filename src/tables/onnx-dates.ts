// Parts of dates as nodes of an ONNX graph, from milliseconds since 1970 in double precision, where all of this is exact.
import type { GraphWriter } from '../formats/onnx-graph.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

/** Terse nodes over doubles: a number is a constant. */
function calculator(graph: GraphWriter) {
  const node = (operator: string) => (a: string | number, b: string | number) =>
    graph.node(
      operator,
      [a, b].map(term => (typeof term === 'number' ? graph.doubles(term) : term)),
    )[0]
  const [add, subtract, multiply, divide] = [node('Add'), node('Sub'), node('Mul'), node('Div')]
  /** ⌊a / b⌋. */
  const quotient = (a: string, b: number) => graph.node('Floor', [divide(a, b)])[0]
  /** a − b·⌊a / b⌋. */
  const remainder = (a: string, b: number) => subtract(a, multiply(quotient(a, b), b))
  return { add, subtract, multiply, quotient, remainder }
}

/** The weekday, from 0 for Sunday, or the hour. */
export function partOfDay(graph: GraphWriter, time: string, part: 'weekday' | 'hour'): string {
  const { add, quotient, remainder } = calculator(graph)
  // 1 January 1970 was a Thursday.
  return part === 'hour' ? quotient(remainder(time, DAY), HOUR) : remainder(add(quotient(time, DAY), 4), 7)
}

/**
 * The month, from 0 for January.
 *
 * Source: Hinnant, "chrono-compatible low-level date algorithms", civil_from_days. Years begin in March there.
 */
export function monthOf(graph: GraphWriter, time: string): string {
  const { add, subtract, multiply, quotient, remainder } = calculator(graph)
  const ofEra = remainder(add(quotient(time, DAY), 719_468), 146_097)
  const leaps = subtract(quotient(ofEra, 36_524), add(quotient(ofEra, 1460), quotient(ofEra, 146_096)))
  const year = quotient(add(ofEra, leaps), 365)
  const before = add(multiply(year, 365), subtract(quotient(year, 4), quotient(year, 100)))
  const month = quotient(add(multiply(subtract(ofEra, before), 5), 2), 153)
  return remainder(add(month, 2), 12)
}
