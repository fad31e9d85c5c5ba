// The benchmarks: npm run bench [-- PART ... --quick --rounds N --node PATH --publish --install]
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Argument, InvalidArgumentError, program } from 'commander'
import { findLibraries, peersAreInstalled } from './libraries.js'
import { describeMachine } from './machine.js'
import { mnistDirectory } from './mnist.js'
import { inference } from './parts/inference.js'
import { jobs } from './parts/jobs.js'
import { memory } from './parts/memory.js'
import { sgemm } from './parts/sgemm.js'
import { size } from './parts/size.js'
import { start } from './parts/start.js'
import { batch, denseInputs, depth, epoch, hidden, threads } from './parts/training.js'
import { plot } from './plot.js'
import { formatReport, formatTable } from './report.js'

const PARTS = {
  epoch,
  dense: denseInputs,
  jobs,
  sgemm,
  inference,
  threads,
  batch,
  hidden,
  depth,
  memory,
  start,
  size,
}
const LEFT_OUT_BY_QUICK = ['batch', 'hidden', 'depth']

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

function toRounds(text) {
  const rounds = Number(text)
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new InvalidArgumentError('expected a whole number, 1 or more')
  return rounds
}

program
  .name('npm run bench --')
  .description('Measures wasmlp beside other libraries, one process for each library and round.')
  .addArgument(new Argument('[parts...]', 'what to measure; all unless given').choices(Object.keys(PARTS)))
  .option('--quick', `two minutes: one short round, without ${LEFT_OUT_BY_QUICK.join(', ')} unless named`)
  .option('--rounds <n>', 'how often each library runs (default: 5, with --quick 1)', toRounds)
  .option('--node <path>', 'the Node binary that measures', process.execPath)
  .option('--publish', 'also writes the report, the figures and the plots to test/bench/results/node-N/')
  .option('--install', 'first installs the libraries to compare with: npm ci --prefix test/bench')
  .parse()

const options = program.opts()
const quick = options.quick ?? false
const left = []

if (options.install) {
  const { status } = spawnSync('npm', ['ci', '--prefix', here], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(1)
}

const named = program.args.length > 0 ? program.args : Object.keys(PARTS)
const chosen =
  program.args.length === 0 && quick ? named.filter(name => !LEFT_OUT_BY_QUICK.includes(name)) : named
if (quick) {
  left.push('--quick: one short round; TensorFlow.js cpu and plain loops are not trained')
  const missing = named.filter(name => !chosen.includes(name))
  if (missing.length > 0) left.push(`--quick: the parts ${missing.join(', ')}`)
}

const { libraries, capabilities } = findLibraries(options.node, left)
const directory = join(root, 'build/bench')
const isTerminal = process.stderr.isTTY
const context = {
  node: options.node,
  quick,
  rounds: options.rounds ?? (quick ? 1 : 5),
  directory,
  mnist: mnistDirectory,
  libraries,
  capabilities,
  cores: availableParallelism(),
  left,
  progress: text => isTerminal && process.stderr.write(`\r\x1b[K${text}`),
}

const version = execFileSync(options.node, ['--version'], { encoding: 'utf8' }).trim()
const machine = describeMachine(version)
console.log(`${machine.processor}, ${machine.cores} cores, Node ${version}`)
for (const line of left) console.log(`left out: ${line}`)

// Figures of two Node versions stand side by side.
const runtime = `node-${version.slice(1).split('.')[0]}`
const folders = [join(directory, runtime), ...(options.publish ? [join(here, 'results', runtime)] : [])]
function write(name, text) {
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** Runs one part, prints and writes what it measured, where there was anything to measure. */
async function runPart(name) {
  const { title, text, run } = PARTS[name]
  const already = left.length
  const measurements = await run(context)
  context.progress('')
  for (const line of left.slice(already)) console.log(`left out: ${line}`)
  if (measurements.length === 0) return
  console.log(`\n${title}\n${text}\n\n${formatTable(measurements)}`)
  const svg = peersAreInstalled() ? await plot(name, measurements) : undefined
  if (svg) write(`${name}.svg`, `${svg}\n`)
  const missing = [...general, ...left.slice(already)]
  const figures = { machine, rounds: context.rounds, quick, title, text, measurements, left: missing }
  write(`${name}.json`, `${JSON.stringify({ ...figures, plot: svg && `${name}.svg` }, null, 2)}\n`)
}

/** The page of a folder: all parts whose figures are there, from this run or an earlier one. */
function writeReport(folder) {
  const files = Object.keys(PARTS).map(name => join(folder, `${name}.json`))
  const figures = files.filter(file => existsSync(file)).map(file => JSON.parse(readFileSync(file, 'utf8')))
  writeFileSync(join(folder, 'report.md'), formatReport(figures))
}

const general = [...left]
for (const name of chosen) {
  try {
    await runPart(name)
  } catch (error) {
    console.error(`bench ${name}: ${error.message}`)
    process.exit(1)
  }
}
for (const folder of folders) writeReport(folder)
const plots = peersAreInstalled() ? ', the figures (JSON) and the plots (SVG)' : ' and the figures (JSON)'
console.log(`\nin ${folders.at(-1)}: the report (report.md)${plots}`)
