// Amounts of memory in messages.

/** "1.2 GB", "34 MB": for messages. */
export const inWords = (bytes: number): string =>
  bytes < 1e9
    ? `${Math.ceil(bytes / 1e6)} MB`
    : `${Number((bytes / 1e9).toPrecision(3)).toLocaleString('en')} GB`
