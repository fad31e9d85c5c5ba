// The exports of the kernels' modules as TypeScript, from what the compiler says of them (`asc --bindings raw`). Names,
// parameters and types are in WebAssembly's words. All parameters are required: WebAssembly takes 0 for one that is not
// given.
import asc from 'assemblyscript/asc'

const LINE_WIDTH = 110

const MODULES = [
  { file: 'index', name: 'CoreExports', what: "A build's first module." },
  { file: 'supplement', name: 'SupplementExports', what: 'Its second module, on the memory of the first.' },
  { file: 'sparsity', name: 'SparsityExports', what: 'Its third module, likewise.' },
  {
    file: 'team',
    name: 'TeamExports',
    what: 'What the first module of a build with threads exports besides.',
  },
]

/** The last parameter that the kernels of all optimisers have, and what their names end in. */
const [LAST_OF_ALL, UPDATE] = ['learningRate', 'Update']

/** The parameters that say which share of a kernel to compute. */
const [THREAD, CLAIMS] = [['thread', 'threads'], 'claims']

/**
 * @typedef {object} Kernel
 * @property {string} file where it is defined
 * @property {string} name
 * @property {[name: string, type: string][]} parameters
 * @property {string} result
 */

/**
 * The text of src/wasm/exports.ts. Throws where two modules export the same: the host has all under one name each.
 * @param {string} root the repository's
 */
export async function describeExports(root) {
  const interfaces = []
  /** @type {Kernel[]} */
  const kernels = []
  for (const { file, name, what } of MODULES) {
    const found = await kernelsOf(`assembly/${file}.ts`, root)
    interfaces.push(
      `/** ${what} assembly/${file}.ts lists it. */\nexport interface ${name} {\n${members(found)}}\n`,
    )
    const again = found.find(({ name }) => kernels.some(kernel => kernel.name === name))
    if (again) throw new Error(`${again.name} is exported by two modules: one is enough, on the same memory`)
    kernels.push(...found)
  }
  const optimizers = kernels.filter(({ file, name }) => file.endsWith('/optimizers') && name.endsWith(UPDATE))
  const shared = kernels.filter(({ parameters }) => endsWith(parameters, THREAD))
  const claiming = kernels.filter(({ parameters }) => endsWith(parameters, [...THREAD, CLAIMS]))
  return [
    HEAD,
    ...interfaces,
    '/** Kernels that threads can compute together: `thread` and `threads` come last (assembly/share.ts). */\n' +
      union('SharingKernel', shared),
    '/** Those among which the threads divide the work as they go: `claims` comes last, behind these. */\n' +
      union('ClaimingKernel', claiming),
    '/** For each optimiser, what its kernel takes besides what all take: numbers, then the vectors of its state. */\n' +
      `export const OPTIMIZER_KERNELS = {\n${optimizers.map(ownParameters).join('')}}\n`,
  ].join('\n')
}

const HEAD = `// Written by \`npm run generate\` from what the compiler says of assembly/: change that. Each kernel is explained where
// it is defined.

/** A byte offset in linear memory, or a number of bytes. As a result it is signed, as those of u64 are. */
type usize = number
type i32 = number
type u32 = number
type u64 = bigint
type f32 = number
type f64 = number
type bool = 0 | 1
`

/**
 * What a module exports, in its order.
 * @param {string} entry
 * @param {string} root
 * @returns {Promise<Kernel[]>}
 */
async function kernelsOf(entry, root) {
  let declarations = ''
  const { error, stderr } = await asc.main(
    [
      entry,
      '--baseDir',
      root,
      '--config',
      'none',
      '--outFile',
      'kernels.wasm',
      '--bindings',
      'raw',
      ...OPTIONS,
    ],
    {
      writeFile(name, contents) {
        if (name.endsWith('.d.ts')) declarations = String(contents)
      },
    },
  )
  if (error) throw new Error(`${entry}: ${error.message}\n${stderr}`)
  return [...declarations.matchAll(DECLARATION)].map(([, comment = '', name = '']) => {
    const [, file = ''] = /\* (assembly\/[\w-]+)\//.exec(comment) ?? []
    const parameters = [...comment.matchAll(/@param (\w+) `(\w+)`/g)]
    const [, result = 'void'] = /@returns `(\w+)`/.exec(comment) ?? []
    return { file, name, parameters: parameters.map(([, name = '', type = '']) => [name, type]), result }
  })
}

/** Of those in asconfig.json, the ones that the sources need. */
const OPTIONS = [
  '--runtime',
  'stub',
  '--use',
  'VECTOR_BITS=128',
  '--enable',
  'simd',
  '--enable',
  'threads',
  '--disableWarning',
  '112',
]

const DECLARATION = /\/\*\*\n((?: +\*(?!\/).*\n)*) +\*\/\n +export function (\w+)\(/g

/** @param {Kernel[]} kernels */
function members(kernels) {
  let file = ''
  let text = ''
  for (const kernel of kernels) {
    if (kernel.file !== file) text += `${file && '\n'}  // ${kernel.file}.ts\n`
    file = kernel.file
    text += `${signature(kernel)}\n`
  }
  return text
}

/** @param {Kernel} kernel */
function signature({ name, parameters, result }) {
  const list = parameters.map(([name, type]) => `${name}: ${type}`)
  const line = `  ${name}(${list.join(', ')}): ${result}`
  return line.length <= LINE_WIDTH
    ? line
    : `  ${name}(\n${list.map(it => `    ${it},\n`).join('')}  ): ${result}`
}

/**
 * A row of OPTIMIZER_KERNELS.
 * @param {Kernel} kernel
 */
function ownParameters({ name, parameters }) {
  const begin = parameters.findIndex(([name]) => name === LAST_OF_ALL) + 1
  const own = parameters.slice(begin, -THREAD.length)
  const list = (/** @type {string} */ key, /** @type {boolean} */ isVector) => {
    const names = own.filter(([, type]) => (type === 'usize') === isVector).map(([name]) => `'${name}'`)
    const line = `${key}: [${names.join(', ')}]`
    return line.length + 5 <= LINE_WIDTH
      ? line
      : `${key}: [\n${names.map(name => `      ${name},\n`).join('')}    ]`
  }
  const [numbers, vectors] = [list('numbers', false), list('vectors', true)]
  const optimizer = name.slice(0, -UPDATE.length)
  const line = `  ${optimizer}: { ${numbers}, ${vectors} },`
  return line.length <= LINE_WIDTH
    ? `${line}\n`
    : `  ${optimizer}: {\n    ${numbers},\n    ${vectors},\n  },\n`
}

/**
 * @param {string} name
 * @param {Kernel[]} kernels
 */
function union(name, kernels) {
  const names = kernels.map(({ name }) => `'${name}'`)
  const line = `export type ${name} = ${names.join(' | ')}`
  return line.length <= LINE_WIDTH ? `${line}\n` : `export type ${name} =\n  | ${names.join('\n  | ')}\n`
}

/**
 * Whether a kernel's last parameters have these names.
 * @param {Kernel['parameters']} parameters
 * @param {string[]} names
 */
function endsWith(parameters, names) {
  const last = parameters.slice(-names.length).map(([name]) => name)
  return last.join() === names.join()
}
