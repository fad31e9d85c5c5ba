// What a thrown value says, for the message of the error that takes its place.

/** The message, or else the value as text. Never throws: any value can be thrown, and getters may throw again. */
export function reasonOf(thrown: unknown): string {
  try {
    return String(Object(thrown).message || thrown)
  } catch {
    return 'it gives no reason'
  }
}
