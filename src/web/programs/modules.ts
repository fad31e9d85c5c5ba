// Packages for a program, which a worker cannot be given by an import map.

/** `from 'wasmlp'`, `import 'wasmlp'`, `import('wasmlp')`. */
const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\2/g

/**
 * Which of the known packages a program imports, and the program with their addresses instead of their names. Lines stay
 * where they are.
 */
export function resolved(
  program: string,
  known: readonly string[],
  urls: ReadonlyMap<string, string> = new Map(),
): { code: string; names: string[] } {
  const names: string[] = []
  const code = program.replace(IMPORT, (whole, before: string, quote: string, name: string) => {
    if (!known.includes(name)) return whole
    names.push(name)
    return `${before}${quote}${urls.get(name) ?? name}${quote}`
  })
  return { code, names }
}

/** Where {@link moduleOf}'s modules find what they export. */
const PLACE = 'wasmlp page: packages'

/** The address of a module that exports what an object has. */
export function moduleOf(name: string, exported: object): string {
  const places = globalThis as unknown as Record<string, Record<string, object>>
  const packages = places[PLACE] ?? {}
  places[PLACE] = packages
  packages[name] = exported
  const lines = Object.keys(exported).map(key => `export const ${key} = exported.${key}`)
  const code = `const exported = globalThis[${JSON.stringify(PLACE)}][${JSON.stringify(name)}]\n${lines.join('\n')}`
  return URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
}
