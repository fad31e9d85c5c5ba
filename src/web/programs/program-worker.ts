// Runs one program, in a worker of its own: an endless loop holds nothing but itself. The program is a module as it
// stands, but for the addresses of the packages that it imports.
import type { ConfigureOptions } from 'wasmlp'
import { faultOf } from './fault.ts'
import type { FromProgram, ProgramPlaces, ToRunner } from './messages.ts'
import { moduleOf, resolved } from './modules.ts'
import { Printer } from './printer.ts'

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
  wasmlp: async ({ engine, mnist }) => {
    const wasmlp = await import('wasmlp')
    if (engine) wasmlp.configure(engine satisfies ConfigureOptions)
    /** Without a place, from beside the page. */
    const loadMnist = (...given: unknown[]) => {
      const [options = {}] = given
      const isByName = typeof options === 'object' && options !== null && given.length < 2
      const isHere =
        isByName &&
        !FILES.some(name => name in options) &&
        !('dataset' in options && options.dataset !== 'mnist')
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
  const urls = new Map<string, string>()
  // Always, since it says where the package's files are.
  for (const name of new Set(['wasmlp', ...resolved(program, Object.keys(packages)).names])) {
    const exported = await packages[name]?.(places)
    if (!exported) continue
    const url = moduleOf(name, exported)
    urls.set(name, url)
    names.set(url, name)
  }
  programUrl = URL.createObjectURL(
    new Blob([resolved(program, [...urls.keys()], urls).code], { type: 'text/javascript' }),
  )
  names.set(programUrl, 'the program')
  const start = performance.now()
  await import(/* @vite-ignore */ programUrl)
  printer.flush()
  if (!hasFailed) say({ is: 'finished', seconds: (performance.now() - start) / 1000 })
}

addEventListener('message', ({ data }: MessageEvent<ToRunner>) => {
  if (!('run' in data)) return
  run(data.program, data.places).catch(fail)
})
postMessage('ready')
