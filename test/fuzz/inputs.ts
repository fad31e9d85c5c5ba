// Inputs: each follows from the fuzzing's seed, the parser's name and its number.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutateBytes } from './mutate-bytes.ts'
import { PARSERS, type Parser, type ParserName } from './parsers.ts'
import { hashOf, Random } from './random.ts'
import { mutateTree, type Pool, type Tree, textsIn } from './tree.ts'

/** A file that another program wrote. */
export interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
  readonly tree: Tree
}

/** A mutant. */
export interface Input {
  /** The name of the seed. */
  readonly seed: string
  readonly bytes: Uint8Array
  /** How many mutations made it. */
  readonly mutations: number
}

const SHARE_OF_TREES = 0.8
const MOST_MUTATIONS = 6
/** Longer mutants are cut. */
const MAX_LENGTH = 1 << 20

/** The mutants of a parser's seeds. */
export class Inputs {
  readonly seeds: readonly Seed[]
  readonly #name: ParserName
  readonly #seed: number
  readonly #pool: Pool

  /** `folder` has the seeds. */
  constructor(name: ParserName, seed: number, folder: string) {
    const parser: Parser = PARSERS[name]
    this.#name = name
    this.#seed = seed
    this.seeds = parser.seeds.flatMap(kind =>
      readdirSync(join(folder, kind))
        .sort()
        .map(file => {
          const bytes = new Uint8Array(readFileSync(join(folder, kind, file)))
          return { name: file, bytes, tree: parser.grammar.open(bytes) }
        }),
    )
    const texts = this.seeds.flatMap(({ tree }) => textsIn(tree))
    this.#pool = {
      texts: [...new Set([...texts, ...(parser.grammar.texts ?? [])])],
      bytes: this.seeds.map(({ bytes }) => bytes),
    }
  }

  /** The input of a number, without the mutations that `skipped` names: 0 is the first. */
  at(number: number, skipped: ReadonlySet<number> = new Set()): Input {
    const random = new Random(this.#seed, hashOf(this.#name), number)
    const seed = this.seeds[random.below(this.seeds.length)]
    if (!seed) throw new Error(`there are no seeds for ${this.#name}`)
    const isTree = random.chance(SHARE_OF_TREES)
    const treeMutations = isTree ? random.count(MOST_MUTATIONS) : 0
    const byteMutations = isTree ? Number(random.chance(0.1)) : random.count(MOST_MUTATIONS)
    let { tree, bytes } = seed
    let mutation = 0
    for (; mutation < treeMutations; ++mutation) {
      const own = new Random(random.next())
      if (!skipped.has(mutation)) tree = mutateTree(tree, own, this.#pool)
    }
    if (isTree) bytes = PARSERS[this.#name].grammar.close(tree)
    for (; mutation < treeMutations + byteMutations; ++mutation) {
      const own = new Random(random.next())
      if (!skipped.has(mutation)) bytes = mutateBytes(bytes, own, this.#pool.bytes)
    }
    return { seed: seed.name, bytes: bytes.slice(0, MAX_LENGTH), mutations: mutation }
  }
}
