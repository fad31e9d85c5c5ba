// What the kernels and the host must agree on is written once: `npm run generate` copies it to the other side.
//
// - A number by which the host names something to the kernels stands in a table of src/. The constants that kernels
//   compare it with are written to assembly/generated/.
// - A kernel's parameters stand in its definition. What TypeScript is to know of them is written to src/wasm/exports.ts.
// - What an option means stands in the comment on its type. The command line's help has it from src/cli/option-texts.ts.
//
// The files are committed, so that asc and tsc each build from a clean tree. A test compares them with what this makes.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'
import { describeExports } from './describe-exports.js'
import { describeOptions } from './describe-options.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @typedef {typeof import('../src/kernels/activations.ts')} Activations */
/** @typedef {typeof import('../src/losses/loss-table.ts')} LossTable */
/** @typedef {typeof import('../src/losses/target-rules.ts')} TargetRules */

/**
 * The files of assembly/generated/: the module of src/ that has the table, and the table's numbers by the host's names.
 * @type {Record<string, { from: string, type: string, numbers: (module: never) => Record<string, number> }>}
 */
const CONSTANTS = {
  activations: {
    from: 'src/kernels/activations.ts',
    type: 'i32',
    numbers: (/** @type {Activations} */ { ACTIVATIONS, EXP_KIND, LOG_KIND }) => ({
      ...Object.fromEntries(Object.entries(ACTIVATIONS).map(([name, { kind }]) => [name, kind])),
      exp: EXP_KIND,
      log: LOG_KIND,
    }),
  },
  'loss-kinds': {
    from: 'src/losses/loss-table.ts',
    type: 'i32',
    numbers: (/** @type {LossTable} */ { LOSSES }) =>
      Object.fromEntries(
        Object.entries(LOSSES).flatMap(([name, { kind }]) => (kind === undefined ? [] : [[name, kind]])),
      ),
  },
  'target-rules': {
    from: 'src/losses/target-rules.ts',
    type: 'i32',
    numbers: (/** @type {TargetRules} */ { TARGET_RULES }) =>
      Object.fromEntries(Object.entries(TARGET_RULES).map(([name, { number }]) => [name, number])),
  },
}

/** Has the compiler take the number where it reads the name. */
const INLINE = '// @ts-ignore: decorator\n@inline\n'

/** `geluTanh` as `GELU_TANH`. */
const constantName = (/** @type {string} */ name) => name.replace(/[A-Z]/g, '_$&').toUpperCase()

/** How Vite reads a table. */
const READING = {
  configFile: /** @type {const} */ (false),
  logLevel: /** @type {const} */ ('error'),
  resolve: { alias: { '#platform': `${root}src/platform/node.ts` } },
}

/** All generated files, by their paths in the repository. */
export async function generate() {
  return { ...(await constants()), ...(await exports()), ...(await texts()) }
}

/** The files of assembly/generated/. */
async function constants() {
  /** @type {Record<string, string>} */
  const files = {}
  for (const [name, { from, type, numbers }] of Object.entries(CONSTANTS)) {
    const { module } = await runnerImport(root + from, READING)
    const lines = Object.entries(numbers(/** @type {never} */ (module))).map(
      ([name, number]) => `${INLINE}export const ${constantName(name)}: ${type} = ${number};\n`,
    )
    const origin = `// Written by \`npm run generate\` from ${from}: change that.\n`
    files[`assembly/generated/${name}.ts`] = origin + lines.join('')
  }
  return files
}

/** What the compiler says of the kernels. */
const exports = async () => ({ 'src/wasm/exports.ts': await describeExports(root) })

/** What options mean. */
const texts = async () => ({ 'src/cli/option-texts.ts': await describeOptions(root) })

// The kernels compile with the constants as they are now.
for (const part of argv[1] === fileURLToPath(import.meta.url) ? [constants, exports, texts] : []) {
  for (const [path, text] of Object.entries(await part())) {
    await mkdir(dirname(root + path), { recursive: true })
    await writeFile(root + path, text)
  }
}
