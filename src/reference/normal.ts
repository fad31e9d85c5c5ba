// The normal distribution in f64: density, distribution function and its inverse.

/** φ(x) = exp(−x² / 2) / √(2π). */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
}

/**
 * Φ(x), also where it is small: Φ(−a) = φ(a) / (a + 1 / (a + 2 / (a + 3 / (a + …)))) from a = 2.5 on, and nearer to 0
 * Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …). Abramowitz & Stegun, 26.2.14 and 26.2.11.
 */
export function normalDistribution(x: number): number {
  const a = Math.abs(x)
  if (a > 40) return x < 0 ? 0 : 1 // φ(40) is no f64 above 0
  if (a >= 2.5) {
    let fraction = a
    for (let n = 100; n >= 1; n--) fraction = a + n / fraction
    const tail = normalDensity(a) / fraction
    return x < 0 ? tail : 1 - tail
  }
  let [term, sum] = [x, x]
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
    term *= (x * x) / n
    sum += term
  }
  return 0.5 + normalDensity(x) * sum
}

/** z with Φ(z) = p, for 0 < p < 1, found by halving an interval. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p)
  let [low, high] = [-38, 0]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (normalDistribution(middle) < p) low = middle
    else high = middle
  }
  return high
}
