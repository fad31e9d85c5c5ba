/**
 * By this symbol a network that computes in the calling thread offers what only such a one can do. No symbol crosses a
 * link, so a network in a worker does not have it.
 */
export const here = Symbol('here')
