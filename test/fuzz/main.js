// Fuzzes the readers of files:
//
//   npm run test:fuzz -- --seconds 60 [--kind npz] [--count 10000] [--seed 1] [--from 0]
//
// Seconds are shared by all kinds. With --count, each kind gets that many inputs, however long they take. Inputs follow
// from the seed and their number, so `--kind npz --seed 1 --from 123 --count 1` reads one again.
import { parseArgs } from 'node:util'
import { bundle, SEEDS } from './bundle.js'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    count: { type: 'string' },
    kind: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
})
const { script, driver } = await bundle()
const { fuzz } = await import(driver)
const { parserNames } = await import(driver.replace('driver', 'parsers'))
const kinds = values.kind ?? parserNames
const stray = kinds.find((/** @type {string} */ kind) => !parserNames.includes(kind))
if (stray) throw new Error(`there is no kind ${stray}: expected ${parserNames.join(', ')}`)
const count = Number(values.count ?? Number.MAX_SAFE_INTEGER)
const seconds = values.seconds || !values.count ? Number(values.seconds ?? 60) / kinds.length : 1e9

console.log(`seed ${values.seed}, Node ${process.version}, ${new Date().toISOString()}`)
let faults = 0
for (const kind of kinds) {
  const outcome = await fuzz(kind, {
    script,
    seeds: SEEDS,
    seed: Number(values.seed),
    from: Number(values.from),
    count,
    seconds,
  })
  report(outcome)
  faults += outcome.faults.length
}
console.log(faults === 0 ? 'no faults' : `${faults} faults`)
process.exitCode = faults === 0 ? 0 : 1

function report(/** @type {import('./driver.ts').Outcome} */ { parser, inputs, outcomes, seconds, faults }) {
  const rate = Math.round(inputs / seconds)
  const list = Object.entries(outcomes).sort(([, a], [, b]) => b - a)
  console.log(
    `${parser.padEnd(15)} ${inputs} inputs, ${rate} a second of processor time: ${list.map(([code, times]) => `${times} ${code}`).join(', ')}`,
  )
  for (const { number, description, file } of faults) {
    console.log(`  FAULT ${parser}, input ${number}: ${description.replaceAll('\n', '\n    ')}\n    ${file}`)
  }
}
