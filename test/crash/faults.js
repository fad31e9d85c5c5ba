// Has the operating system refuse a training's calls one by one (EIO, ENOSPC, EROFS), or kill it at one, and lets it go on;
// then compares its weights, and those of its best checkpoint, with those of one that nothing disturbed.
// `node test/crash/faults.js [cases]`; needs the build, Linux and strace, which injects the faults.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sequentialFromSafetensors } from '../../dist/node/index.js'

const script = fileURLToPath(new URL('training.js', import.meta.url))
const EPOCHS = 2
const EVERY = 25
const SAMPLES = 1000
const BEST = 'best.safetensors'
const TRIES = 8

/** What befalls which calls. The first is a kill. */
const FAULTS = {
  SIGKILL: /./,
  EIO: /./,
  ENOSPC: /^(openat|write|pwrite64|fsync|rename|mkdir)/,
  EROFS: /^(openat|rename|unlink|mkdir)/,
}

/** Those that write, by the names that they have on the processors there are; strace skips names that it does not know. */
const CALLS = [
  'openat',
  'write',
  'pwrite64',
  'fsync',
  'rename',
  'renameat',
  'renameat2',
  'unlink',
  'unlinkat',
  'mkdir',
]
  .map(name => `?${name}`)
  .join()

const injected = fault => (fault === 'SIGKILL' ? 'signal=SIGKILL' : `error=${fault}`)

/** Runs the training under strace. `log` has its calls, one a line. */
async function run(directory, options, log) {
  const training = [process.execPath, script, directory, EPOCHS, EVERY, SAMPLES]
  const [program, ...args] = options
    ? ['strace', '-qq', '-y', '-s', '0', '-o', log, ...options, ...training]
    : training
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', text => {
    stdout += text
  })
  child.stderr.on('data', text => {
    stderr += text
  })
  const [code, signal] = await once(child, 'close')
  const [, end] = /^end (\S+)$/m.exec(stdout) ?? []
  const lines = options ? readFileSync(log, 'utf8').trimEnd().split('\n') : []
  return { code, signal, stderr, end, damaged: stdout.match(/^damaged /gm)?.length ?? 0, lines }
}

/** A digest of the best checkpoint's weights. */
async function digestOfBest(directory) {
  const model = await sequentialFromSafetensors(readFileSync(join(directory, BEST)))
  const hash = createHash('sha256')
  for (const { weights, bias } of await model.getParameters()) hash.update(weights).update(bias)
  model.dispose()
  return hash.digest('hex')
}

/** The calls that name the directory or a file of it, as [name, which call of that name in its thread it is]. */
function callsIn(lines, directory) {
  const counts = new Map()
  return lines.flatMap(line => {
    const [, name] = /^(\w+)\(/.exec(line) ?? []
    if (name === undefined) return []
    counts.set(name, (counts.get(name) ?? 0) + 1)
    return line.includes(directory) ? [[name, counts.get(name)]] : []
  })
}

/** So many of a list, evenly spread. */
const spread = (list, count) =>
  count >= list.length
    ? list
    : Array.from({ length: count }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)])

/**
 * Runs so many of the cases, evenly spread.
 * @returns {Promise<{ cases: number, missed: number, ended: number, wrong: string[] }>}
 */
async function injectFaults(count) {
  const parent = mkdtempSync(join(tmpdir(), 'wasmlp-faults-'))
  const log = join(parent, 'calls')
  const report = { cases: 0, missed: 0, ended: 0, wrong: [] }
  try {
    const whole = join(parent, 'undisturbed')
    const undisturbed = await run(whole, ['-e', `trace=${CALLS}`], log)
    const expected = { end: undisturbed.end, best: await digestOfBest(whole) }
    if (undisturbed.code !== 0) throw new Error(`the undisturbed training failed: ${undisturbed.stderr}`)
    const calls = callsIn(undisturbed.lines, whole)
    const [oldest, older, ...rest] = namesOfCheckpoints()
    const newest = rest.at(-1)

    /**
     * A training with a fault, and what follows. `isToEnd` says whether the fault may end it. Resolves to whether the fault
     * met the directory.
     */
    const attempt = async (what, options, { isToEnd, prepare }) => {
      const directory = join(parent, String(report.cases))
      report.cases += 1
      const complain = reason => report.wrong.push(`${what}: ${reason}`)
      if (prepare) await prepare(directory)
      const found = await run(directory, [...options(directory)], log)
      const isKilled = found.signal === 'SIGKILL'
      // A call that is killed does not return.
      const mark = isKilled ? '= ?' : 'INJECTED'
      const isHit = found.lines.some(line => line.includes(directory) && line.includes(mark))
      if (!isKilled && found.code !== 0) {
        report.ended += 1
        if (!isToEnd) complain(`it ended: ${found.stderr}`)
        else if (isHit && !/^CheckpointError: /m.test(found.stderr))
          complain(`no CheckpointError: ${found.stderr}`)
      }
      if (isKilled) report.ended += 1
      const last = found.end === undefined ? await run(directory) : found
      if (last.end !== expected.end) complain(`other weights at the end. ${last.stderr}`)
      else if ((await digestOfBest(directory)) !== expected.best) complain('another best checkpoint')
      const left = readdirSync(directory).filter(name => name.endsWith('.tmp')).length
      if (left > (isKilled || what.startsWith('unlink') ? 1 : 0)) complain(`${left} temporary files are left`)
      rmSync(directory, { recursive: true })
      return isHit
    }

    const cases = [
      ...calls.flatMap(([name, index]) =>
        Object.entries(FAULTS).flatMap(([fault, names]) =>
          names.test(name)
            ? [
                () =>
                  attempt(
                    `${name} ${index}, ${fault}`,
                    () => ['-e', `trace=${CALLS}`, '-e', `inject=${name}:${injected(fault)}:when=${index}`],
                    { isToEnd: true },
                  ),
              ]
            : [],
        ),
      ),
      // Other threads remove old checkpoints.
      ...['EIO', 'EROFS', 'EBUSY'].map(
        fault => () =>
          attempt(
            `removal, ${fault}`,
            directory => [
              '-f',
              ...['-P', join(directory, oldest), '-P', join(directory, older)],
              ...['-e', `inject=?unlink,?unlinkat,?rmdir:error=${fault}`],
            ],
            { isToEnd: false },
          ),
      ),
      // And read what a training goes on from, which it writes again.
      ...['openat', 'read', '?stat,?statx'].map(
        names => () =>
          attempt(
            `reading by ${names}, EIO`,
            directory => ['-f', '-P', join(directory, newest), '-e', `inject=${names}:error=EIO:when=1`],
            { isToEnd: true, prepare: directory => run(directory) },
          ),
      ),
    ]
    for (const next of spread(cases, count)) {
      // Which call of its name it is differs from run to run, where threads wake each other by such calls.
      let isHit = false
      for (let tries = 0; !isHit && tries < TRIES; ++tries) isHit = await next()
      if (!isHit) report.missed += 1
    }
    return report
  } finally {
    rmSync(parent, { recursive: true })
  }
}

/** In the order in which they are written. */
function namesOfCheckpoints() {
  const perEpoch = SAMPLES / 20 / EVERY
  return Array.from({ length: EPOCHS * perEpoch }, (_, i) => {
    const [epoch, part] = [Math.floor((i + 1) / perEpoch), (i + 1) % perEpoch]
    return `checkpoint-${String(epoch).padStart(4, '0')}-${String(part * EVERY).padStart(6, '0')}.safetensors`
  })
}

if (spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status !== 0) {
  console.error(
    'strace cannot be run, without which no fault can be injected: on Debian, apt-get install strace; in a container, ' +
      'allow ptrace',
  )
  process.exit(1)
}
const begin = performance.now()
const { cases, missed, ended, wrong } = await injectFaults(Number(process.argv[2] ?? Infinity))
const seconds = ((performance.now() - begin) / 1000).toFixed(0)
console.log(
  `${cases} faults, ${ended} of which ended the training, ${missed} calls were not hit, ${seconds} s`,
)
console.log(`${wrong.length} of them left something else than an undisturbed training`)
for (const line of wrong) console.log(`  ${line}`)
if (wrong.length > 0 || missed > cases / 2) process.exitCode = 1
