// Plans that are made at first use and kept for the steps that follow.

/** The map's value of a key, made at first use. */
export function planOnce<Key, Plan>(plans: Map<Key, Plan>, key: Key, make: () => Plan): Plan {
  let plan = plans.get(key)
  if (plan === undefined) {
    plan = make()
    plans.set(key, plan)
  }
  return plan
}
