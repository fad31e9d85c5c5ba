// Starts the processes that measure: one for each library and round, so that none disturbs another.
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const child = fileURLToPath(new URL('child.js', import.meta.url))
const python = fileURLToPath(new URL('libraries/python.py', import.meta.url))

/** One thread for every BLAS that Python may have. */
const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }

/**
 * Runs a task of a library in a fresh process and returns its result. Throws with the process's own words. The kernels
 * that OpenBLAS takes are those that the library names (`blasCore`), or its own choice.
 */
export function measure(node, library, task, parameters) {
  const [command, args] = library.python ? [library.python, [python]] : [node, [child]]
  const { stdout, stderr, status, error } = spawnSync(command, args, {
    input: JSON.stringify({ library: library.module, options: library.options, task, parameters }),
    encoding: 'utf8',
    env: { ...process.env, ...(library.python && { ...oneThread, OPENBLAS_CORETYPE: library.blasCore }) },
    maxBuffer: 2 ** 28,
  })
  if (error) throw error
  if (status !== 0) {
    const words = stderr.split('\n').filter(line => /error/i.test(line))
    throw new Error(`${library.name}, ${task}: ${words.at(-1) ?? `exit code ${status}`}`)
  }
  return JSON.parse(stdout.trim().split('\n').at(-1))
}

/**
 * The first Python that has a module, with the module's version and whether all that multiplies its matrices is the
 * reference BLAS, tens of times as slow as others; undefined where none has it. Linux alone tells which BLAS that is.
 */
export function findPython(module) {
  const code = [
    `import ${module}, pathlib, json`,
    'maps = pathlib.Path("/proc/self/maps")',
    'files = {line.split()[-1] for line in maps.read_text().splitlines()} if maps.exists() else {}',
    `print(json.dumps({"version": ${module}.__version__, "files": [file for file in files if "lib" in file]}))`,
  ].join('\n')
  for (const command of ['python3', '/usr/bin/python3']) {
    try {
      const text = execFileSync(command, ['-c', code], { encoding: 'utf8', stdio: 'pipe' })
      const { version, files } = JSON.parse(text)
      // OpenBLAS and others that stand in for it lie in folders of their own names.
      const hasReferenceBlas = files.some(
        file => /\/libblas\.so/.test(file) && !/openblas|atlas|blis|mkl/.test(file),
      )
      return { command, version, hasReferenceBlas }
    } catch {}
  }
  return undefined
}
