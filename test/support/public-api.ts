// The public API by its types: every function that a user can call, and every object of options that it takes.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import ts from 'typescript'
import { packageEntries } from '../../rollup.config.js'

const root = resolve(import.meta.dirname, '../..')

/** What a user can call: `dense`, `Sequential.fit`. */
export interface PublicFunction {
  readonly name: string
  /** The places of options: `options`, `options.earlyStopping`; empty where it takes none. */
  readonly options: readonly string[]
}

/** All functions that the entries export, and the methods of all objects that these give. */
export function publicFunctions(): PublicFunction[] {
  return new Walk().run()
}

class Walk {
  readonly #checker: ts.TypeChecker
  readonly #program: ts.Program
  readonly #signatures = new Map<string, ts.Signature[]>()
  /** Types of what functions give: an argument of such a type was made by the package. */
  readonly #given = new Set<ts.Type>()
  readonly #nameless = new Set<ts.Type>()

  constructor() {
    const file = resolve(root, 'tsconfig.json')
    const { config } = ts.readConfigFile(file, path => readFileSync(path, 'utf8'))
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root)
    this.#program = ts.createProgram(
      packageEntries().map(({ folder }) => resolve(root, `src/${folder}index.ts`)),
      { ...options, noEmit: true },
    )
    this.#checker = this.#program.getTypeChecker()
  }

  run(): PublicFunction[] {
    for (const { folder } of packageEntries()) {
      const source = this.#program.getSourceFile(resolve(root, `src/${folder}index.ts`))
      const symbol = source && this.#checker.getSymbolAtLocation(source)
      if (!symbol) throw new Error(`no module in src/${folder}index.ts`)
      for (const exported of this.#checker.getExportsOfModule(symbol)) {
        this.#visitFunction(exported.name, this.#checker.getTypeOfSymbol(exported))
      }
    }
    return [...this.#signatures].map(([name, signatures]) => {
      const parameters = signatures.flatMap(signature => signature.getParameters())
      const places = parameters.flatMap(parameter =>
        this.#placesIn(parameter.name, this.#checker.getTypeOfSymbol(parameter), []),
      )
      return { name, options: [...new Set(places)].sort() }
    })
  }

  #visitFunction(name: string, type: ts.Type): void {
    for (const signature of type.getCallSignatures()) {
      const file = signature.getDeclaration()?.getSourceFile().fileName
      if (!file?.startsWith(`${root}/src/`)) continue // a promise's own
      this.#signatures.set(name, [...(this.#signatures.get(name) ?? []), signature])
      this.#visitGiven(signature.getReturnType())
    }
  }

  /** The methods of what a function gives. */
  #visitGiven(type: ts.Type): void {
    for (const part of type.isUnionOrIntersection() ? type.types : [type]) {
      for (const argument of this.#argumentsOf(part)) this.#visitGiven(argument)
      const symbol = part.aliasSymbol ?? part.getSymbol()
      if (!symbol || this.#given.has(part) || this.#nameless.has(part) || !this.#isOurs(part)) continue
      if (symbol.name !== '__type')
        this.#given.add(part) // what has no name may be a caller's as well
      else this.#nameless.add(part)
      for (const member of part.getProperties()) {
        if (!this.#isPublic(member)) continue
        const memberType = this.#checker.getTypeOfSymbol(member)
        if (memberType.getCallSignatures().length > 0) {
          this.#visitFunction(`${symbol.name}.${member.name}`, memberType)
        } else this.#visitGiven(memberType)
      }
    }
  }

  /** Where there are objects of options in what a caller gives: `[]` are the items of an array or a stream. */
  #placesIn(place: string, type: ts.Type, outer: readonly ts.Type[]): string[] {
    if (type.isUnion()) return type.types.flatMap(part => this.#placesIn(place, part, outer))
    const signatures = type.getCallSignatures()
    if (signatures.length > 0) {
      return signatures.flatMap(signature => this.#placesIn(place, signature.getReturnType(), outer))
    }
    const items = this.#argumentsOf(type)
    if (items.length > 0) {
      const each = place.endsWith('[]') ? place : `${place}[]`
      return items.flatMap(item => this.#placesIn(each, item, outer))
    }
    if (!this.#isOurs(type) || type.isClass() || this.#given.has(type) || outer.includes(type)) return []
    const inner = type
      .getProperties()
      .flatMap(member =>
        this.#placesIn(`${place}.${member.name}`, this.#checker.getTypeOfSymbol(member), [...outer, type]),
      )
    return [place, ...inner]
  }

  /** What an array, a promise, an iterable or a stream has. */
  #argumentsOf(type: ts.Type): readonly ts.Type[] {
    const name = type.getSymbol()?.name ?? ''
    const isOf = /^(Readonly)?Array$|Promise|Itera(tor|ble)|Generator|ReadableStream/.test(name)
    if (!isOf) return []
    return this.#checker.getTypeArguments(type as ts.TypeReference).slice(0, 1)
  }

  /** Whether it is an object with a property that is declared in this package: one that is mapped from such is, too. */
  #isOurs(type: ts.Type): boolean {
    if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) return false
    return type
      .getProperties()
      .some(({ declarations }) =>
        declarations?.some(declaration => declaration.getSourceFile().fileName.startsWith(`${root}/src/`)),
      )
  }

  #isPublic(member: ts.Symbol): boolean {
    if (/^(#|__@)/.test(member.name)) return false
    return !member.declarations?.some(declaration =>
      ts.getJSDocTags(declaration).some(tag => tag.tagName.text === 'internal'),
    )
  }
}
