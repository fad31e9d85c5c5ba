// A file as its fields: what a grammar opens and closes, and what is mutated.
import { type JsonTree, mutateJson, textsOf } from './json-tree.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateNumber, mutateText } from './mutate-values.ts'
import { Random } from './random.ts'

/** A field that follows from others, such as a length or a checksum, unless a mutation has changed it. */
export class Computed {
  readonly #change: (actual: number) => number

  constructor(change: (actual: number) => number = actual => actual) {
    this.#change = change
  }

  of(actual: number): number {
    return this.#change(actual)
  }

  mutated(random: Random): Computed {
    const change = random.next()
    return new Computed(actual => mutateNumber(actual, new Random(change)))
  }
}

export const computed = new Computed()

/** JSON among the fields. */
export class Json {
  readonly value: JsonTree
  constructor(value: JsonTree) {
    this.value = value
  }
}

/** Fields by name, lists of them, and what they end in. */
export type Tree =
  | number
  | string
  | Uint8Array
  | Computed
  | Json
  | readonly Tree[]
  | { readonly [field: string]: Tree }

/** A format: `close(open(bytes))` is `bytes`, or another file that says the same. */
export interface Grammar<Shape extends Tree = Tree> {
  open(bytes: Uint8Array): Shape
  close(tree: Shape): Uint8Array
}

/** What pieces may come from. */
export interface Pool {
  readonly texts: readonly string[]
  readonly bytes: readonly Uint8Array[]
}

/** A tree, changed in one place; its shape stays, so that the grammar can close it. */
export function mutateTree<Shape extends Tree>(tree: Shape, random: Random, pool: Pool): Shape
export function mutateTree(tree: Tree, random: Random, pool: Pool): Tree {
  if (typeof tree === 'number') return mutateNumber(tree, random)
  if (typeof tree === 'string') return mutateText(tree, random, pool.texts)
  if (tree instanceof Uint8Array) return mutateBytes(tree, random, pool.bytes)
  if (tree instanceof Computed) return tree.mutated(random)
  if (tree instanceof Json) return new Json(mutateJson(tree.value, random, pool.texts))
  if (isList(tree)) return mutateTrees(tree, random, pool)
  const fields = Object.keys(tree)
  // Fields with more in them are chosen more often.
  const weights = fields.map(field => weightOf(tree[field]))
  let choice = random.below(weights.reduce((sum, weight) => sum + weight, 0))
  const field =
    fields.find((_, i) => {
      choice -= weights[i] ?? 0
      return choice < 0
    }) ?? ''
  const value = tree[field]
  return value === undefined ? tree : { ...tree, [field]: mutateTree(value, random, pool) }
}

const isList = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree)

function weightOf(tree: Tree | undefined): number {
  if (typeof tree !== 'object' || tree instanceof Computed || tree instanceof Uint8Array) return 1
  if (tree instanceof Json) return 4
  return isList(tree) ? Math.min(tree.length, 6) : 3
}

function mutateTrees(list: readonly Tree[], random: Random, pool: Pool): readonly Tree[] {
  const at = random.below(list.length)
  const item = list[at]
  if (item === undefined) return list
  switch (random.below(14)) {
    case 0:
      return list.toSpliced(at, 1)
    case 1:
      return list.toSpliced(random.below(list.length), 0, item)
    case 2:
      return list.toSpliced(at, 1).toSpliced(random.below(list.length), 0, item)
    case 3:
      return random.chance(0.1)
        ? Array.from({ length: 1 << random.below(10) }, () => item)
        : list.slice(0, at)
    default:
      return list.toSpliced(at, 1, mutateTree(item, random, pool))
  }
}

/** The texts in a tree. */
export function textsIn(tree: Tree): string[] {
  if (typeof tree === 'string') return [tree]
  if (typeof tree !== 'object' || tree instanceof Computed || tree instanceof Uint8Array) return []
  if (tree instanceof Json) return textsOf(tree.value)
  return Object.values(tree).flatMap(textsIn)
}
