// Runs the built command line, and makes a small data set for it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { uniform } from '../../src/reference/random.ts'
import { encodeIdx } from './encode-idx.ts'

/** The command, which the build makes. */
export const cli = resolve(import.meta.dirname, '../../dist/node/cli.js')

/** A child that hangs must not outlive its test. */
export const TIME_LIMIT = { timeout: 50_000, killSignal: 'SIGKILL' } as const

/** What a process leaves behind. */
export interface Outcome {
  /** Exit code; null where a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

/** Starts `wasmlp` with the arguments. */
export function startCli(
  args: readonly string[],
  cwd?: string,
  script = cli,
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [script, ...args], { cwd, ...TIME_LIMIT })
}

/** Waits for the process to end. */
export async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

/** Runs `wasmlp` with the arguments. */
export const runCli = (...args: string[]): Promise<Outcome> => outcomeOf(startCli(args))

/** Runs a module's text in a Node of its own. */
export const runScript = (code: string): Promise<Outcome> =>
  outcomeOf(spawn(process.execPath, ['--input-type=module', '--eval', code], TIME_LIMIT))

/** The objects of `--json`. */
export function parseLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}

/** The last object of `--json` where the command has failed, which says what standard error says. */
export const failureEvent = (stderr: string, exitCode = 1, code = /^ERR_[A-Z_]+$/) => ({
  event: 'error',
  code: expect.stringMatching(code),
  message: stderr.trimEnd().split('\n').at(-1)?.replace('wasmlp: ', ''),
  exitCode,
})

/** Side of the images of {@link writeQuadrants}. */
export const SIDE = 8

/** An image of SIDE × SIDE: one quadrant is lit, that of its class 0–3, with some noise everywhere. */
export function quadrantImage(label: number, seed = 0): number[] {
  const noise = uniform(SIDE * SIDE, 0, 50, seed, 0)
  return Array.from(noise, (value, i) => {
    const isRight = i % SIDE >= SIDE / 2
    const isLower = i >= (SIDE * SIDE) / 2
    return Math.floor(value) + (Number(isRight) + 2 * Number(isLower) === label ? 200 : 0)
  })
}

/** Writes 120 training and 40 test images of {@link quadrantImage} as MNIST's four files; returns the directory. */
export function writeQuadrants(parent: string): string {
  const directory = join(parent, 'data')
  mkdirSync(directory, { recursive: true })
  for (const [name, count, firstSeed] of [
    ['train', 120, 1000],
    ['t10k', 40, 2000],
  ] as const) {
    const labels = Array.from({ length: count }, (_, i) => i % 4)
    const images = labels.flatMap((label, i) => quadrantImage(label, firstSeed + i))
    writeFileSync(
      join(directory, `${name}-images-idx3-ubyte`),
      encodeIdx('uint8', [count, SIDE, SIDE], images),
    )
    writeFileSync(join(directory, `${name}-labels-idx1-ubyte`), encodeIdx('uint8', [count], labels))
  }
  return directory
}
