// Plans that are made when they are first needed and kept for the steps that follow.

/** What stands in the map under a key; made when it is first asked for. */
export function planOnce<Key, Plan>(plans: Map<Key, Plan>, key: Key, make: () => Plan): Plan {
  let plan = plans.get(key)
  if (plan === undefined) {
    plan = make()
    plans.set(key, plan)
  }
  return plan
}
