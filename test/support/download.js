// What a page downloads until its program is done: bundled, minified, and run in Chromium.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { chromium } from 'playwright'
import { rollup } from 'rollup'
import { preview } from 'vite'
import { findChromium } from './chromium.js'

/**
 * Bundles a program as Rollup does by itself, minifies, and loads it in a page until it sets the title to `done`; the
 * gzipped bytes of each script that the page asked for, by its name.
 * @param {string} program a module, whose imports are found from the directory
 * @param {string} directory where the bundle is written, in a folder
 * @param {string} name of the folder and of the first script
 * @returns {Promise<Record<string, number>>}
 */
export async function download(program, directory, name) {
  const entry = join(directory, `${name}.js`)
  const bundle = await rollup({
    input: entry,
    plugins: [
      {
        name: 'program',
        resolveId: id => (id === entry ? id : null),
        load: id => (id === entry ? program : null),
      },
      nodeResolve({ browser: true }),
      terser({ module: true }),
    ],
  })
  const folder = join(directory, name)
  mkdirSync(folder, { recursive: true })
  await bundle.write({ dir: folder, chunkFileNames: '[name].js' })
  await bundle.close()
  const html = `<!doctype html><meta charset="utf-8"><script type="module" src="${name}.js"></script>`
  writeFileSync(join(folder, 'index.html'), html)
  const server = await preview({
    root: folder,
    appType: 'mpa',
    logLevel: 'silent',
    build: { outDir: '.' },
    preview: { port: 0 },
  })
  const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    /** @type {string[]} */
    const loaded = []
    page.on('request', request => {
      const { protocol, pathname } = new URL(request.url())
      if (protocol.startsWith('http') && pathname.endsWith('.js')) loaded.push(pathname.slice(1))
    })
    await page.goto(server.resolvedUrls?.local[0] ?? '')
    await page.waitForFunction("document.title === 'done'")
    const sizeOf = (/** @type {string} */ file) =>
      gzipSync(readFileSync(join(folder, file)), { level: 9 }).length
    return Object.fromEntries(loaded.map(file => [file, sizeOf(file)]))
  } finally {
    await browser.close()
    await server.close()
  }
}
