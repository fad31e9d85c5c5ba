// Runs programs in the one file, whose code is that of their workers too. They have the page's policy, and no document.
import { testDigits, trainDigits } from '../digits/digits.ts'
import type { RunnerFrame } from './frame.ts'
import type { FromProgram, ToRunner } from './messages.ts'
import { programRunner, workerOf } from './program-runner.ts'
import { scriptOf } from './scripts.ts'

/** Milliseconds in which a script is parsed. */
const PATIENCE = 2000

/** Where build/one-file.ts puts the code that runs. */
const CODE = 'running-code'

const followers = new Map<number, (said: FromProgram) => void>()

const take = programRunner({
  startWorker: () => workerOf(document.getElementById(CODE)?.textContent ?? ''),
  lineOfSyntaxError,
  tell: (run, said) => followers.get(run)?.(said),
})

const frame: RunnerFrame = {
  send: asked => void withDigits(asked).then(take),
  follow(run, onSaid) {
    followers.clear() // One program runs at a time.
    followers.set(run, onSaid)
  },
}

export const fileRunner = async (): Promise<RunnerFrame> => frame

let asks = 0

/** With the page's digits for a program that asks for MNIST, which the file has no more of. */
async function withDigits(asked: ToRunner): Promise<ToRunner> {
  const own = ++asks
  if (!('run' in asked) || !asked.program.includes('loadMnist')) return asked
  const parts = await Promise.all([trainDigits(), testDigits()])
  if (own !== asks) return { stop: asked.run } // It was stopped, or another was run.
  const [train, test] = parts.map(({ images, labels }) => ({ images, labels }))
  return train && test ? { ...asked, places: { ...asked.places, digits: { train, test } } } : asked
}

/** A script is parsed before it runs, and this one only defines a function. */
function lineOfSyntaxError(program: string): Promise<number | undefined> {
  const worker = workerOf(`${scriptOf(program)};postMessage(0)`)
  return new Promise(resolve => {
    const end = (line: number | undefined) => {
      clearTimeout(timer)
      worker.terminate()
      resolve(line)
    }
    const timer = setTimeout(() => end(undefined), PATIENCE)
    worker.onmessage = () => end(undefined)
    worker.onerror = event => {
      event.preventDefault()
      end(event.lineno || undefined)
    }
  })
}
