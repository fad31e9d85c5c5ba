// The numbers of a table, however they are written.

/** The number in a field, in double precision; undefined for any other text, including an empty one. */
export function readNumber(field: string): number | undefined {
  const number = Number(field)
  // JavaScript's 0x10, 0b1 and 0o7 are not numbers in a table, nor is ''.
  return field !== '' && Number.isFinite(number) && !/^0[xbo]/i.test(field) ? number : undefined
}

/** The class 0, 1, 2, … in a field, however it is written (1, 1.0, 1e0); undefined for any other. */
export function readClass(field: string): number | undefined {
  const number = readNumber(field)
  return number !== undefined && Number.isInteger(number) && number >= 0 && number < 2 ** 31
    ? number
    : undefined
}

/** Whole numbers in one form: 1.0 becomes 1. All other texts stay, and so do digits alone, since 01 can be a code. */
export function canonical(field: string): string {
  if (/^\d+$/.test(field)) return field
  const number = readNumber(field)
  return number !== undefined && Number.isSafeInteger(number) ? String(number + 0) : field
}
