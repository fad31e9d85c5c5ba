// How the page comes to its visitor: as a folder of files from a server, or as one file, which is opened from a disk.

/** Whether everything is inside one file: nothing can be fetched, installed or kept for use without a network then. */
export const isOneFile = import.meta.env.MODE === 'one-file'
