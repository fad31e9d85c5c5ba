// How long the local engine computes before yielding to the event loop.

/** Milliseconds. */
export const TIME_SLICE = 12
