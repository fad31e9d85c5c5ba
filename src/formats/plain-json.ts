// Parsed JSON before its fields are known.

/** A JSON object. */
export type Plain = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
