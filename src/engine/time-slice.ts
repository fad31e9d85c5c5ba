// How long the local engine computes before the event loop gets its turn.

/** Milliseconds. */
export const TIME_SLICE = 12
