// Failures that a command says in one sentence and ends with exit code 1.
import { getSystemErrorMap } from 'node:util'

/** Something that the user can put right; the message is a whole sentence, without a stop. */
export class Failure extends Error {}

/** What a failed call to the operating system says, in words: `no such file or directory`. */
export function reasonOf(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException
  const [, words] = (errno !== undefined && getSystemErrorMap().get(errno)) || []
  return words ?? message
}
