// The machine that measures, in words.
import { availableParallelism, cpus, totalmem } from 'node:os'

/** Cores, processor, memory, and the Node version that measures; the load of others is not known here. */
export function describeMachine(node) {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node,
    date: new Date().toISOString().slice(0, 10),
  }
}
