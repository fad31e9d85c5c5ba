// The most that registers alone can do: loops of independent chains of multiplications and additions, compiled from
// AssemblyScript when the bench starts, several numbers of chains each. The fastest is the peak.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bestOf } from './timing.js'

/** asc does not unroll, and a loop's own instructions must not count; V8 keeps other registers for longer bodies. */
const UNROLLED = [2, 8]
const ITERATIONS = 20_000
const LANES = 4

/** One step of chain i, and the floating-point operations of a lane in it; x and y are unknown to the compiler. */
const KINDS = {
  simd: {
    // Two registers a chain: a product and a sum that do not wait for each other.
    mulAndAdd: {
      chains: [3, 4, 5, 6],
      registers: i => [`m${i}`, `a${i}`],
      step: i => `m${i} = f32x4.mul(m${i}, x); a${i} = f32x4.add(a${i}, y);`,
    },
    mulThenAdd: {
      chains: [8, 10, 12, 13],
      registers: i => [`a${i}`],
      step: i => `a${i} = f32x4.add(f32x4.mul(a${i}, x), y);`,
    },
  },
  relaxed: {
    relaxedMadd: {
      chains: [8, 10, 12, 13],
      registers: i => [`a${i}`],
      step: i => `a${i} = f32x4.relaxed_madd(a${i}, x, y);`,
    },
  },
}
const OPERATIONS = 2

function loopSource(name, count, unrolled, { registers, step }) {
  const chains = Array.from({ length: count }, (_, i) => i)
  const all = chains.flatMap(registers)
  const body = chains.map(step).join('\n    ')
  return `export function ${name}_${count}_${unrolled}(iterations: i32, one: f32, zero: f32): f32 {
  const x = f32x4.splat(one), y = f32x4.splat(zero);
  let ${all.map((register, i) => `${register} = f32x4.splat(one + <f32>${i})`).join(', ')};
  for (; iterations > 0; --iterations) {
    ${Array.from({ length: unrolled }, () => body).join('\n    ')}
  }
  return f32x4.extract_lane(${all.reduce((sum, register) => `f32x4.add(${sum}, ${register})`)}, 0);
}`
}

/** Compiles the loops of both builds into `directory`; resolves to { simd, relaxed }: the modules' paths. */
export async function compilePeaks(directory) {
  const { default: asc } = await import('assemblyscript/asc')
  mkdirSync(directory, { recursive: true })
  const paths = {}
  for (const [build, kinds] of Object.entries(KINDS)) {
    const source = Object.entries(kinds).flatMap(([name, kind]) =>
      kind.chains.flatMap(count => UNROLLED.map(unrolled => loopSource(name, count, unrolled, kind))),
    )
    const enable = build === 'relaxed' ? ['simd', 'relaxed-simd'] : ['simd']
    const { error, binary, stderr } = await asc.compileString(source.join('\n'), {
      optimizeLevel: 3,
      runtime: 'stub',
      enable,
    })
    if (error) throw new Error(`the peak loop for ${build} does not compile: ${stderr}`)
    paths[build] = join(directory, `peak-${build}.wasm`)
    writeFileSync(paths[build], binary)
  }
  return paths
}

/** Finds the fastest loop of a module here: { name, call, flops } with the floating-point operations of a call. */
export async function createPeak(path, seconds) {
  const { instance } = await WebAssembly.instantiate(readFileSync(path))
  const loops = Object.entries(instance.exports)
    .filter(([, loop]) => typeof loop === 'function')
    .map(([name, loop]) => {
      const [, count, unrolled] = name.split('_').map(Number)
      const call = () => {
        loop(ITERATIONS, 1, 0)
      }
      return { name, call, flops: ITERATIONS * unrolled * count * OPERATIONS * LANES }
    })
  const best = await bestOf(
    loops.map(({ call }) => call),
    seconds / loops.length,
  )
  const rates = loops.map(({ flops }, i) => flops / best[i])
  return loops[rates.indexOf(Math.max(...rates))]
}
