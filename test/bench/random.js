// Numbers that look random, the same in every run: a linear congruential generator (Numerical Recipes).

/** Returns a function that gives the next number in [0, 1). */
export function createRandom(seed = 1) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** `length` floats in [low, high). */
export function randomFloats(length, random, low = 0, high = 1) {
  return new Float32Array(length).map(() => low + (high - low) * random())
}

/** 0 … length − 1 in random order: Fisher and Yates. */
export function permutation(length, random) {
  const order = Int32Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; --i) {
    const j = Math.floor(random() * (i + 1))
    const swapped = order[i]
    order[i] = order[j]
    order[j] = swapped
  }
  return order
}
