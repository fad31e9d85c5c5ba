// JSON as a tree that can hold what objects of JavaScript cannot: a key twice, numbers too large, texts that are JSON.
import { mutateNumber, mutateText } from './mutate-values.ts'
import type { Random } from './random.ts'

/** A value as text that stands in the file as it is. */
class Raw {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A text that holds JSON. */
class Quoted {
  readonly value: JsonTree
  constructor(value: JsonTree) {
    this.value = value
  }
}

/** An object; keys may stand in it twice. */
class Members {
  readonly list: readonly Member[]
  constructor(list: readonly Member[]) {
    this.list = list
  }
}

type Member = readonly [key: string, value: JsonTree]
export type JsonTree = number | string | boolean | null | Raw | Quoted | Members | readonly JsonTree[]

/** The tree of a text. Throws what JSON.parse throws. */
export const parseJson = (text: string): JsonTree => treeOf(JSON.parse(text))

function treeOf(value: unknown): JsonTree {
  if (typeof value === 'string') {
    return /^\s*[[{]/.test(value) && isJson(value) ? new Quoted(parseJson(value)) : value
  }
  if (Array.isArray(value)) return value.map(treeOf)
  if (typeof value !== 'object' || value === null) return value as JsonTree
  return new Members(Object.entries(value).map(([key, member]) => [key, treeOf(member)]))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The text of a tree, as JSON.stringify writes it. */
export function printJson(tree: JsonTree): string {
  if (tree instanceof Raw) return tree.text
  if (tree instanceof Quoted) return JSON.stringify(printJson(tree.value))
  if (tree instanceof Members) {
    return `{${tree.list.map(([key, value]) => `${JSON.stringify(key)}:${printJson(value)}`).join(',')}}`
  }
  if (isList(tree)) return `[${tree.map(printJson).join(',')}]`
  return JSON.stringify(tree)
}

const isList = (tree: JsonTree): tree is readonly JsonTree[] => Array.isArray(tree)

/** The keys and texts of a tree. */
export function textsOf(tree: JsonTree): string[] {
  if (typeof tree === 'string') return [tree]
  if (tree instanceof Quoted) return textsOf(tree.value)
  if (tree instanceof Members) return tree.list.flatMap(([key, value]) => [key, ...textsOf(value)])
  return isList(tree) ? tree.flatMap(textsOf) : []
}

const nested = (depth: number) => new Raw('['.repeat(depth) + ']'.repeat(depth))
const nestedObjects = (depth: number) => new Raw(`${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`)

/** Values that a careless reader trusts. */
const SPECIAL_VALUES: readonly [JsonTree, ...JsonTree[]] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e300,
  new Raw('-0'),
  new Raw('1e999'),
  new Raw('-1e999'),
  new Raw('1e-400'),
  new Raw('1e39'),
  4294967295,
  2 ** 53,
  '',
  'x',
  '1',
  [],
  [0],
  [null],
  [[]],
  [-2, -3],
  new Members([]),
  new Members([['length', 4294967295]]),
  new Members([['length', 1e8]]),
  new Members([['length', -1]]),
  new Members([['toString', 1]]),
  new Members([['toJSON', 1]]),
  new Members([['then', 1]]),
  new Members([
    ['0', 1],
    ['length', 1],
  ]),
  new Members([['__proto__', new Members([['units', 3]])]]),
  new Members([['$number', 'NaN']]),
  new Members([['$number', '-Infinity']]),
  new Members([['$floats', 'parameters.values']]),
  new Members([['$floats', new Members([])]]),
  Array.from({ length: 1000 }, () => 1),
  nested(500),
  nested(20_000),
  nestedObjects(20_000),
]

/** How often a list or an object is changed inside, not as a whole. */
const DESCENT = 0.85

/** Of trees that hold others: the number of values in them. */
const sizes = new WeakMap<object, number>()

function sizeOf(tree: JsonTree): number {
  if (typeof tree !== 'object' || tree === null || tree instanceof Raw) return 1
  const known = sizes.get(tree)
  if (known !== undefined) return known
  const parts = partsOf(tree)
  let size = 1
  for (const part of parts) size += sizeOf(part)
  // What stands in a text, a reader of ours checks.
  if (tree instanceof Quoted) size *= 4
  sizes.set(tree, size)
  return size
}

function partsOf(tree: JsonTree): readonly JsonTree[] {
  if (tree instanceof Quoted) return [tree.value]
  if (tree instanceof Members) return tree.list.map(([, value]) => value)
  return isList(tree) ? tree : []
}

/** The place of a value; each value in the tree is as likely. */
function placeIn(parts: readonly JsonTree[], random: Random): number {
  let choice = random.below(parts.reduce<number>((sum, part) => sum + sizeOf(part), 0))
  const at = parts.findIndex(part => {
    choice -= sizeOf(part)
    return choice < 0
  })
  return Math.max(0, at)
}

/** A tree, changed in one place. `texts` are names that mean something in such files. */
export function mutateJson(tree: JsonTree, random: Random, texts: readonly string[], whole = tree): JsonTree {
  if (tree instanceof Quoted && random.chance(DESCENT)) {
    return new Quoted(mutateJson(tree.value, random, texts, whole))
  }
  if (tree instanceof Members && tree.list.length > 0 && random.chance(DESCENT)) {
    return mutateMembers(tree, random, texts, whole)
  }
  if (isList(tree) && tree.length > 0 && random.chance(DESCENT)) return mutateList(tree, random, texts, whole)
  if (random.chance(0.25)) return random.pick(SPECIAL_VALUES)
  if (random.chance(0.1)) return anywhere(whole, random)
  if (typeof tree === 'number') {
    return random.chance(0.3) ? tree + random.pick([0.5, 1e-9, -1e9, 1e30]) : mutateNumber(tree, random)
  }
  if (typeof tree === 'string') return mutateText(tree, random, texts)
  if (tree instanceof Members) return new Members([[texts[random.below(texts.length)] ?? 'x', 1]])
  return random.pick(SPECIAL_VALUES)
}

function mutateMembers(members: Members, random: Random, texts: readonly string[], whole: JsonTree): Members {
  const { list } = members
  const at = placeIn(partsOf(members), random)
  const [key, value] = list[at] ?? ['', null]
  const replaced = (...members: Member[]) => new Members(list.toSpliced(at, 1, ...members))
  switch (random.below(16)) {
    case 0:
      return replaced()
    case 1:
      return replaced([mutateText(key, random, texts), value])
    case 2: // the key twice
      return replaced([key, value], [key, mutateJson(value, random, texts, whole)])
    case 3:
      return replaced([key, value], [texts[random.below(texts.length)] ?? 'x', anywhere(whole, random)])
    case 4:
      return new Members([...list.toSpliced(at, 1), [key, value]])
    default:
      return replaced([key, mutateJson(value, random, texts, whole)])
  }
}

function mutateList(
  list: readonly JsonTree[],
  random: Random,
  texts: readonly string[],
  whole: JsonTree,
): JsonTree {
  const at = placeIn(list, random)
  const item = list[at] ?? null
  switch (random.below(12)) {
    case 0:
      return list.toSpliced(at, 1)
    case 1:
      return list.toSpliced(at, 0, item)
    case 2:
      return [...list.toSpliced(at, 1), item]
    case 3:
      return list.toSpliced(at, 0, anywhere(whole, random))
    case 4:
      return random.chance(0.1)
        ? Array.from({ length: 1 << random.below(12) }, () => item)
        : list.slice(0, at)
    default:
      return list.toSpliced(at, 1, mutateJson(item, random, texts, whole))
  }
}

/** A part of a tree. */
function anywhere(tree: JsonTree, random: Random): JsonTree {
  if (random.chance(0.2)) return tree
  const parts = partsOf(tree)
  const part = parts[placeIn(parts, random)]
  return part === undefined ? tree : anywhere(part, random)
}
