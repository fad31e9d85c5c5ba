// What stands in the place of things that are not loaded: to ask for one is a fault of whoever had to see to that.

/** An object that throws whatever it is asked for; `what` it stands for, in a word. */
export function notLoaded(what: string): object {
  return new Proxy(
    {},
    {
      get(_, name): never {
        throw new Error(`internal error: the ${what} ${String(name)} is not loaded`)
      },
    },
  )
}
