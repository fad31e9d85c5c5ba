// The cosine from operations that IEEE 754 defines to the bit: engines differ in the last bits of Math.cos.

/** cos(π·x) for x in [0, 1]; off by less than 3e-16. */
export function cosinePi(x: number): number {
  // Both differences are exact where they are taken.
  if (x > 0.5) return -cosinePi(1 - x)
  return x > 0.25 ? sine(Math.PI * (0.5 - x)) : cosine(Math.PI * x)
}

/** Taylor's series, |y| ≤ π/4: the first term left out is below 1e-17. */
function cosine(y: number): number {
  const z = y * y
  let sum = 1
  for (let k = 16; k > 0; k -= 2) sum = 1 - (z / (k * (k - 1))) * sum
  return sum
}

/** Taylor's series, |y| ≤ π/4: the first term left out is below 1e-18. */
function sine(y: number): number {
  const z = y * y
  let sum = 1
  for (let k = 17; k > 1; k -= 2) sum = 1 - (z / (k * (k - 1))) * sum
  return y * sum
}
