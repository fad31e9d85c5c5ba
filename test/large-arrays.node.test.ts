// Data of any size are converted in place or by plain loops. V8 runs the ways below through a temporary plain array: that
// takes eight bytes or more an element, 50 to 200 ns, and from 2²⁷ elements on it ends the process.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)

const TYPED_ARRAY = /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/

/** Where there are never many elements, and why. */
const FEW: Readonly<Record<string, string>> = {
  'src/cli/png.ts: Uint8Array.from() collects a list': 'a palette of 256 colours',
  'src/cli/png-chunks.ts: spreads a typed array': 'the four letters of a chunk',
  'src/files/model-file.ts: tensors.push() has an argument for each element': 'a matrix, and its scales',
  'src/formats/keras-layers.ts: Array.from() of numbers': 'a number for each input of a network',
  'src/formats/onnx-constant-operators.ts: Array.from() of numbers': 'the eight sizes of a shape',
  'src/formats/onnx-operation.ts: Array.from() of numbers': 'as many as a list of sizes may have',
  'src/formats/onnx-graph.ts: Float64Array.from() collects a list': 'as many as a table has columns or names',
  'src/layers/normalization.ts: Array.from() of numbers': 'a number for each input of a network',
  'src/layers/summary.ts: Math.max() has an argument for each element': 'layers',
  'src/losses/classification.ts: spreads a typed array': '4096 classes',
  'src/losses/loss-targets.ts: spreads a typed array': 'one row, in the words of an error',
  'src/network/augmentation.ts: Math.max() has an argument for each element': 'height and width',
  'src/network/backward.ts: Math.max() has an argument for each element': 'layers',
  'src/network/forward.ts: Math.max() has an argument for each element': 'layers',
  'src/network/stages/plan.ts: stages.push() has an argument for each element': 'the stages of one layer',
  'src/platform/browser-compute.ts: Uint8Array.from() collects a list': 'a module of the kernels',
  'src/platform/node-inspection.ts: Math.max() has an argument for each element': '100 rows of a table',
  'src/storage/backends/file-names.ts: spreads a typed array': 'the bytes of one character',
  'src/tables/class-weights.ts: Array.from() of numbers': 'a number for each class',
  'src/tables/recipe-file.ts: Array.from() of numbers': '256 knots',
  'src/training/diagnosis.ts: Math.max() has an argument for each element': 'layers',
}

/** The places of `files` that make a plain array of a typed one, or an argument of each element. */
function conversions(files: readonly string[]): string[] {
  const program = ts.createProgram(files, options)
  const checker = program.getTypeChecker()
  const found: string[] = []

  const isTypedArray = (type: ts.Type): boolean => {
    const base = checker.getBaseConstraintOfType(type) ?? type
    return base.isUnion() ? base.types.some(isTypedArray) : TYPED_ARRAY.test(base.symbol?.name ?? '')
  }
  /** Unless it is cut to a few elements. */
  const isTyped = (node: ts.Expression) =>
    isTypedArray(checker.getTypeAtLocation(node)) && !/\.subarray\(0, \d{1,3}\)$/.test(node.getText())
  /** Numbers in a container that may be a typed array. */
  const mayBeTyped = (node: ts.Expression) => {
    const type = checker.getTypeAtLocation(node)
    return isTypedArray(type) || /^(?:ArrayLike|Iterable)$/.test(type.symbol?.name ?? '')
  }

  function problemOf(node: ts.Node): string | undefined {
    if (ts.isSpreadElement(node) && isTyped(node.expression)) return 'spreads a typed array'
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
    const { expression: owner, name } = node.expression
    const call = `${owner.getText()}.${name.text}`
    if (TYPED_ARRAY.test(owner.getText()) && name.text === 'from') return `${call}() collects a list`
    const [first] = node.arguments
    if (call === 'Array.from' && first && mayBeTyped(first)) return 'Array.from() of numbers'
    if (/^Math\.(?:max|min)$|\.push$/.test(call) && node.arguments.some(ts.isSpreadElement)) {
      return `${call}() has an argument for each element`
    }
    if (name.text === 'filter' && isTyped(owner)) return 'filter() collects a list'
    if (/^(?:sort|toSorted)$/.test(name.text) && first && isTyped(owner)) return 'sort() by a function copies'
    return undefined
  }

  for (const file of files) {
    const source = program.getSourceFile(file)
    if (!source) throw new Error(`${file} is not there`)
    const visit = (node: ts.Node) => {
      const problem = problemOf(node)
      const name = relative(root, file)
      if (problem && !(`${name}: ${problem}` in FEW)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
        found.push(`${name}:${line + 1}: ${problem}`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return found
}

/** One line for each of the ways. */
const SAMPLE = `
export const a = (halves: Uint16Array) => Float32Array.from(halves, half => half / 2)
export const b = (halves: Uint16Array) => [...halves]
export const c = (halves: Uint16Array | readonly number[]) => Array.from(halves)
export const d = (halves: Uint16Array) => halves.filter(half => half > 0)
export const e = (halves: Uint16Array) => halves.sort((a, b) => b - a)
export const f = (numbers: number[]) => Math.max(...numbers)
export const g = (numbers: number[], others: number[]) => others.push(...numbers)
export const h = (numbers: ArrayLike<number>) => Array.from(numbers)
`

test('no source makes a plain array of a typed one', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wasmlp-'))
  try {
    const sample = join(folder, 'sample.ts')
    writeFileSync(sample, SAMPLE)
    const files = readdirSync(join(root, 'src'), { recursive: true })
      .map(path => join(root, 'src', String(path)))
      .filter(path => path.endsWith('.ts') && !/\.d\.ts$|src\/(?:reference|web)\//.test(path))
    const found = conversions([...files, sample])
    const ofSample = found.filter(place => place.includes('sample.ts'))
    expect(ofSample.map(place => place.split(':')[1])).toEqual(['2', '3', '4', '5', '6', '7', '8', '9'])
    expect(found.filter(place => !ofSample.includes(place))).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
