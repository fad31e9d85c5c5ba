// The error where a runtime has too little for anything to work.
import { UnsupportedError } from './errors.ts'

/** For what is missing: all of it is in the runtimes that the message names. */
export const lacking = (what: string): UnsupportedError =>
  new UnsupportedError(
    `wasmlp needs ${what}, which this runtime lacks: use Node 20, Chrome 93, Firefox 113, Safari 16.4 or later, and not ` +
      '--jitless or a lockdown mode',
  )
