// The fuzzer in plain JavaScript: at full speed, and without a TypeScript loader in the processes that it starts.
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { inlineWasm } from '../../rollup.plugins.js'

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))

/** Where the seeds are. */
export const SEEDS = at('seeds')

/** Builds child.js and driver.js into a folder. */
export async function bundle(outDir = at('../../build/fuzz')) {
  await build({
    configFile: false,
    root: at('.'),
    logLevel: 'error',
    resolve: { alias: { '#platform': at('../../src/platform/node.ts') } },
    plugins: [inlineWasm(), noScripts],
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      minify: false,
      target: 'node20',
      rollupOptions: { input: [at('child.ts'), at('driver.ts'), at('parsers.ts')] },
    },
    ssr: { noExternal: true },
  })
  return { script: `${outDir}/child.js`, driver: `${outDir}/driver.js` }
}

/**
 * No worker is started here, so its scripts are left out.
 * @type {import('vite').Plugin}
 */
const noScripts = {
  name: 'no-scripts',
  resolveId: id => (id.startsWith('script:') ? `\0${id}` : null),
  load: id => (id.startsWith('\0script:') ? "export default ''" : null),
}
