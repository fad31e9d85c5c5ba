// What an input may take.

/** Seconds of processor time. */
export const MAX_SECONDS = 1

/** Bytes of resident memory. */
export const MAX_MEMORY = 300e6

/** Resident memory, in bytes, from which a process is replaced: its peak would hide what an input takes. */
export const LARGE_PROCESS = 600e6

/** Bytes of an input from which making it may take more than reading it. */
export const LARGE_INPUT = 2 ** 16
