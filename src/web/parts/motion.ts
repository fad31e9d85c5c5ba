// Whether the visitor wants little motion.

/** What would move is shown as it ends, then. */
export const prefersLessMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
