// Starts the processes that measure: one for each library and round, so that none disturbs another.
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const child = fileURLToPath(new URL('child.js', import.meta.url))
const python = fileURLToPath(new URL('libraries/python.py', import.meta.url))

/** One thread for every BLAS that Python may have. */
const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }

/** Runs a task of a library in a fresh process and returns its result. Throws with the process's own words. */
export function measure(node, library, task, parameters) {
  const [command, args] = library.python ? [library.python, [python]] : [node, [child]]
  const { stdout, stderr, status, error } = spawnSync(command, args, {
    input: JSON.stringify({ library: library.module, options: library.options, task, parameters }),
    encoding: 'utf8',
    env: { ...process.env, ...(library.python && oneThread) },
    maxBuffer: 2 ** 28,
  })
  if (error) throw error
  if (status !== 0) {
    const words = stderr.split('\n').filter(line => /error/i.test(line))
    throw new Error(`${library.name}, ${task}: ${words.at(-1) ?? `exit code ${status}`}`)
  }
  return JSON.parse(stdout.trim().split('\n').at(-1))
}

/** The first Python that has a module, with the module's version; undefined where none has. */
export function findPython(module) {
  for (const command of ['python3', '/usr/bin/python3']) {
    try {
      const code = `import ${module}; print(${module}.__version__)`
      const version = execFileSync(command, ['-c', code], { encoding: 'utf8', stdio: 'pipe' }).trim()
      return { command, version }
    } catch {}
  }
  return undefined
}
