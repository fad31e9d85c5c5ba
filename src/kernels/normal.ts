// What the host must know of the kernel randomNormal.

/** The `tail` that cuts a normal distribution off two standard deviations from its mean: Φ(−2). */
export const TRUNCATED_TAIL = 0.02275013194817921
