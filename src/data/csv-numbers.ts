// The numbers of a table, however they are written.

/** The number that a field is, in double precision; undefined for any other text, an empty one too. */
export function readNumber(field: string): number | undefined {
  const number = Number(field)
  // JavaScript's 0x10, 0b1 and 0o7 are no numbers of a table, and '' is none either.
  return field !== '' && Number.isFinite(number) && !/^0[xbo]/i.test(field) ? number : undefined
}

/** The class 0, 1, 2, … that a field is, however it is written: 1, 1.0, 1e0; undefined for any other. */
export function readClass(field: string): number | undefined {
  const number = readNumber(field)
  return number !== undefined && Number.isInteger(number) && number >= 0 && number < 2 ** 31
    ? number
    : undefined
}

/** Whole numbers in one form, 1.0 as 1; all other texts as they are, and digits alone, since 01 can be a code. */
export function canonical(field: string): string {
  if (/^\d+$/.test(field)) return field
  const number = readNumber(field)
  return number !== undefined && Number.isSafeInteger(number) ? String(number + 0) : field
}
