// How a stream ends that a training which was stopped waits for no longer. It may come from another thread.

const NAME = 'TrainingStopped'

/** No user sees it. */
export class TrainingStopped extends Error {
  override readonly name = NAME
}

export const isStopped = (error: unknown): boolean => Object(error).name === NAME
