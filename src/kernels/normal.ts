// What the host must know about the kernel randomNormal.

/** The `tail` that truncates a normal distribution at two standard deviations from its mean: Φ(−2). */
export const TRUNCATED_TAIL = 0.02275013194817921
