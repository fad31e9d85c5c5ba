// Memory: the most that a whole `wasmlp train` on MNIST holds, as the operating system counts it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../../dist/node/cli.js', import.meta.url))
const reporter = new URL('../peak-memory.js', import.meta.url).href

/** Peak resident memory in MB of a fresh Node process with these arguments. */
function peakMemory(node, args, verify) {
  const { stdout, stderr, status } = spawnSync(node, ['--import', reporter, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')}: exit code ${status}: ${stderr}`)
  verify?.(stdout)
  return JSON.parse(stderr.trim().split('\n').at(-1)).peak / 2 ** 20
}

/** The run must have learnt: `wasmlp train --json` says so in its last line. */
function verifyTraining(stdout) {
  const { testAccuracy } = JSON.parse(stdout.trim().split('\n').at(-1))
  if (!(testAccuracy > 0.9))
    throw new Error(`wasmlp train: test accuracy ${testAccuracy}, expected above 0.9`)
}

export const memory = {
  title: 'Memory',
  text: 'Peak resident memory of `wasmlp train --epochs 1` on MNIST in a fresh Node process, and of Node alone.',
  run(context) {
    const values = { train: [], node: [] }
    for (let round = 0; round < context.rounds; ++round) {
      context.progress(`memory, round ${round + 1} of ${context.rounds}`)
      const args = [cli, 'train', '--epochs', '1', '--json', '--data', context.mnist]
      values.train.push(peakMemory(context.node, args, verifyTraining))
      values.node.push(peakMemory(context.node, ['--eval', '0']))
    }
    const row = { case: 'peak resident memory', unit: 'MB' }
    return [
      { ...row, library: 'wasmlp train', values: values.train },
      { ...row, library: 'Node alone', values: values.node, reference: true },
    ]
  },
}
