// The machine that measures, in words.
import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, totalmem } from 'node:os'

/** Cores, processor, memory, the Node version that measures, and of which sources; the load of others is not known here. */
export function describeMachine(node) {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node,
    date: new Date().toISOString().slice(0, 10),
    commit: describeCommit(),
  }
}

/**
 * The commit that is checked out, with `-dirty` behind it where files differ from it, other than the figures that this
 * writes; undefined outside a repository.
 */
function describeCommit() {
  const git = (...words) =>
    execFileSync('git', words, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  try {
    const commit = git('rev-parse', '--short', 'HEAD').trim()
    const changes = git('status', '--porcelain', '--untracked-files=no', '--', ':/', ':!results')
    return changes === '' ? commit : `${commit}-dirty`
  } catch {
    return undefined
  }
}
