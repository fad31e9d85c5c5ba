// Vectors of 256 bits. The command has its process to itself, so it uses them wherever they pass their test.
import { InvalidArgumentError, Option } from 'commander'
import { type BuildChoice, type BuildName, capabilities, configure } from '../index.ts'
import { Failure } from './failure.ts'
import { oneOf } from './option-values.ts'

/** As commander gives them. */
export interface VectorFlags {
  build: BuildChoice
  /** Undefined where nobody said: then those of 256 bits, if they can be had. */
  vectors?: '128' | '256'
}

export const vectorsOption = () =>
  new Option(
    '--vectors <bits>',
    '128 or 256 bits; the result is the same (default: 256 where they pass a test)',
  )
    .env('WASMLP_VECTORS')
    .argParser(oneOf(['128', '256']))

/**
 * Turns vectors of 256 bits on, before anything has been computed. Throws {@link Failure} where they were asked for and
 * cannot be had, and InvalidArgumentError where another option speaks against them.
 */
export async function chooseVectors({ build, vectors }: VectorFlags): Promise<void> {
  if (build === 'simd') {
    if (vectors === '256')
      throw new InvalidArgumentError('--vectors 256 is for --build auto or relaxed, not simd')
    return
  }
  if (vectors === '128') return
  await configure({ vectors: 256 })
  const { build: found, reason } = capabilities({ build })
  if (vectors === '256' && found !== 'relaxed256') throw new Failure(`--vectors 256 cannot be had: ${reason}`)
}

/** The build that gives the same bits, whatever the vectors. */
export const whateverVectors = (build: BuildName) => (build === 'relaxed256' ? 'relaxed' : build)
