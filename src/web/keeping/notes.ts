// Small notes that outlive the page where the browser keeps any: what it lacks is as if nothing had been noted.

const nameOf = (name: string) => `wasmlp-page ${name}`

/** What was noted under a name, or undefined. */
export function readNote(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(nameOf(name)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** Notes a plain value; undefined removes the note. False where that is denied, or nothing more fits. */
export function writeNote(name: string, value: unknown): boolean {
  try {
    if (value === undefined) localStorage.removeItem(nameOf(name))
    else localStorage.setItem(nameOf(name), JSON.stringify(value))
    return true
  } catch {
    return false
  }
}
