// The table of rules for the numbers that a loss is measured with. The kernel `firstInvalidRow` finds the first row
// that breaks one, and its error says what was expected.

export interface TargetRule {
  /** By which the kernel knows it. */
  readonly number: number
  /** What is expected, in words. */
  readonly expected: string
  /** Whether one number of a row keeps it; a sum of the row may break it still. */
  readonly accepts: (value: number) => boolean
  /** What else to do about it. */
  readonly advice?: string
}

const isShare = (value: number) => value >= 0 && value <= 1
const advice = " (of bytes, bytes: 'pixels' makes such)"

export const TARGET_RULES = {
  unitInterval: { number: 0, expected: 'numbers from 0 to 1', accepts: isShare, advice },
  signs: { number: 1, expected: '−1 or 1', accepts: value => Math.abs(value) === 1 },
  distributions: {
    number: 2,
    expected: 'probabilities: numbers from 0 to 1 with a sum of 1, to 0.001',
    accepts: isShare,
    advice,
  },
  /** Of samples, not of targets. */
  weights: {
    number: 3,
    expected: 'a finite number, 0 or more',
    accepts: value => value >= 0 && value < Infinity,
  },
} as const satisfies Readonly<Record<string, TargetRule>>

/** The rules of targets. */
export type TargetRuleName = Exclude<keyof typeof TARGET_RULES, 'weights'>
