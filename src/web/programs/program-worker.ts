// Runs one program, in a worker of its own: an endless loop holds nothing but itself. The program is a module as it
// stands, but for the addresses of the packages that it imports.
import type { ConfigureOptions } from 'wasmlp'
import { isOneFile } from '../delivery.ts'
import type { DigitArrays } from '../digits/packing.ts'
import { faultOf } from './fault.ts'
import type { FromProgram, ProgramPlaces, ToRunner } from './messages.ts'
import { moduleOf, resolved } from './modules.ts'
import { Printer } from './printer.ts'
import { importer, PROGRAM, scriptOf } from './scripts.ts'

const say = (said: FromProgram) => postMessage(said)

const printer = new Printer(lines => say({ is: 'printed', lines }))
for (const [kind, names] of [
  ['log', ['log', 'info', 'debug', 'dir', 'table']],
  ['error', ['warn', 'error']],
] as const) {
  for (const name of names) console[name] = (...values: unknown[]) => printer.print(kind, values)
}

/** Addresses of blobs, and what errors call them instead. */
const names = new Map<string, string>()
let programUrl = ''
let hasFailed = false

function fail(error: unknown): void {
  printer.flush()
  if (hasFailed) return
  hasFailed = true
  say({ is: 'failed', fault: faultOf(error, programUrl, names) })
}

addEventListener('error', event => {
  event.preventDefault()
  fail(event.error ?? event.message)
})
addEventListener('unhandledrejection', event => {
  event.preventDefault()
  fail(event.reason)
})

/** Files that a program gives itself. */
const FILES = ['trainImages', 'trainLabels', 'testImages', 'testLabels']

const packages: Record<string, (places: ProgramPlaces) => Promise<object>> = {
  wasmlp: async ({ engine, mnist, digits }) => {
    const wasmlp = await import('wasmlp')
    if (engine) wasmlp.configure(engine satisfies ConfigureOptions)
    const ofPage = async ({ images, labels }: DigitArrays) =>
      wasmlp.dataset({ inputs: images, imageShape: [28, 28], labels })
    /** Without a place, from beside the page; in the one file, the digits that are in it. */
    const loadMnist = async (...given: unknown[]) => {
      const [options = {}] = given
      const isByName = typeof options === 'object' && options !== null && given.length < 2
      const isHere =
        isByName &&
        !FILES.some(name => name in options) &&
        !('dataset' in options && options.dataset !== 'mnist')
      if (isHere && digits) return { train: await ofPage(digits.train), test: await ofPage(digits.test) }
      const load = wasmlp.loadMnist as (...given: unknown[]) => Promise<unknown>
      return load(...(isHere ? [{ mirrors: [mnist], ...options }] : given))
    }
    return { ...wasmlp, loadMnist }
  },
  'wasmlp/kernels': () => import('wasmlp/kernels'),
  'wasmlp/data': () => import('wasmlp/data'),
  'wasmlp/formats': () => import('wasmlp/formats'),
  'wasmlp/storage': () => import('wasmlp/storage'),
}

async function run(program: string, places: ProgramPlaces): Promise<void> {
  const modules = new Map<string, object>()
  // Always the first, since it says where the package's files are.
  for (const name of new Set(['wasmlp', ...resolved(program, Object.keys(packages)).names])) {
    const exported = await packages[name]?.(places)
    if (exported) modules.set(name, exported)
  }
  const start = performance.now()
  await (isOneFile ? runScript(program, modules) : runModule(program, modules))
  printer.flush()
  if (!hasFailed) say({ is: 'finished', seconds: (performance.now() - start) / 1000 })
}

async function runModule(program: string, modules: ReadonlyMap<string, object>): Promise<void> {
  const urls = new Map<string, string>()
  for (const [name, exported] of modules) {
    const url = moduleOf(name, exported)
    urls.set(name, url)
    names.set(url, name)
  }
  await import(/* @vite-ignore */ begin(resolved(program, [...urls.keys()], urls).code))
}

async function runScript(program: string, modules: ReadonlyMap<string, object>): Promise<void> {
  const scope = globalThis as unknown as WorkerScope
  scope.importScripts(begin(scriptOf(program)))
  await scope[PROGRAM](importer(modules))
}

interface WorkerScope {
  importScripts(url: string): void
  [PROGRAM](take: ReturnType<typeof importer>): Promise<void>
}

/** The address of the program's code. */
function begin(code: string): string {
  programUrl = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  names.set(programUrl, 'the program')
  return programUrl
}

addEventListener('message', ({ data }: MessageEvent<ToRunner>) => {
  if (!('run' in data)) return
  run(data.program, data.places).catch(fail)
})
postMessage('ready')
