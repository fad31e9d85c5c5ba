// What a terminal gets: a progress bar, a table, the cursor back. `script` makes the pseudo-terminal.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, outcomeOf, runCli, TIME_LIMIT, writeQuadrants } from '../support/run-cli.ts'

/** That of util-linux; those of macOS and the BSDs take other options. */
const hasScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')

const ESC = '\x1b'
const HIDE_CURSOR = `${ESC}[?25l`
const SHOW_CURSOR = `${ESC}[?25h`
const CLEAR_LINE = `${ESC}[2K`

let directory: string
let data: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-terminal-'))
  data = writeQuadrants(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Starts a shell command on a terminal; standard output and standard error are one there. */
function startOnTerminal(
  command: string,
  environment: Record<string, string> = {},
): ChildProcessWithoutNullStreams {
  const { NO_COLOR, FORCE_COLOR, CI, ...inherited } = process.env
  return spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...inherited, TERM: 'xterm-256color', ...environment },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    ...TIME_LIMIT,
  })
}

const onTerminal = (command: string, environment?: Record<string, string>) =>
  outcomeOf(startOnTerminal(command, environment))

describe.skipIf(!hasScript)('on a terminal (skipped without the command script of util-linux)', () => {
  const train = () => `'${process.execPath}' '${cli}' train --data '${data}' --epochs 2`

  test('a bar in each epoch, that is cleared away; the lines of the table stay', async () => {
    const { code, stdout } = await onTerminal(train())
    expect(code).toBe(0)
    const frames = stdout.split(`${ESC}[1G`)
    for (const epoch of ['1/2', '2/2']) {
      const full = frames.find(frame => frame.includes(epoch) && frame.includes('━━━━━━━━━━'))
      expect(full).toMatch(/ \d\/2 +\d+\.\d{4} +\d+\.\d\d% {2}━+.* +[\d,]+ images\/s {2}\d+ s left/)
    }
    // What is visible at the end: each line's last state.
    const lines = stdout.split('\r\n').map(line => line.slice(line.lastIndexOf(CLEAR_LINE) + 1))
    const rows = lines.filter(line => / \d\/2 /.test(line))
    expect(rows).toHaveLength(2)
    for (const row of rows) expect(row).not.toContain('images/s')
    expect(lines.at(-2)).toMatch(/^test accuracy \d+\.\d\d% after \d+\.\d s$/)
  })

  test('the cursor is hidden while the bar is there, and given back', async () => {
    const { stdout } = await onTerminal(train())
    expect(stdout.split(HIDE_CURSOR)).toHaveLength(3)
    expect(stdout.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(stdout.lastIndexOf(HIDE_CURSOR))
  })

  test('--json draws no bar', async () => {
    const { stdout } = await onTerminal(`${train()} --json`)
    expect(stdout).not.toContain(ESC)
    expect(stdout).toContain('"event":"done"')
  })

  test('a bar on standard error alone leaves standard output without control characters', async () => {
    const file = join(directory, 'table.txt')
    const { stdout } = await onTerminal(`${train()} > '${file}'`)
    expect(stdout).toContain('images/s')
    const table = readFileSync(file, 'utf8')
    expect(table).toContain('test accuracy')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(table).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/)
  })

  test('TERM=dumb: no bar; NO_COLOR: no colours', async () => {
    expect((await onTerminal(train(), { TERM: 'dumb' })).stdout).not.toContain('images/s')
    const { stdout } = await onTerminal(train(), { NO_COLOR: '1' })
    expect(stdout).toContain('images/s')
    expect(stdout).not.toContain(`${ESC}[2m`)
    expect((await onTerminal(train())).stdout).toContain(`${ESC}[2m`)
  })

  test('Ctrl-C in an epoch clears the bar, says a sentence, gives the cursor back, exits with 130', async () => {
    // Real MNIST, whose epochs are long enough to be interrupted.
    const child = startOnTerminal(`'${process.execPath}' '${cli}' train --epochs 1000`)
    const outcome = outcomeOf(child)
    const pressOnce = (text: string) => {
      if (!text.includes('images/s')) return
      child.stdout.off('data', pressOnce)
      child.stdin.write('\x03')
    }
    child.stdout.on('data', pressOnce)
    const { code, stdout } = await outcome
    expect(code).toBe(130)
    expect(stdout.slice(stdout.lastIndexOf(CLEAR_LINE))).toBe(
      `${CLEAR_LINE}wasmlp: interrupted in epoch 1 of 1000: without --out, nothing is kept\r\n`,
    )
    expect(stdout.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(stdout.lastIndexOf(HIDE_CURSOR))
  })

  test('a terminal that is closed: the weights so far are written, exit code 129', async () => {
    const out = join(directory, 'closed.safetensors')
    const command = `'${process.execPath}' '${cli}' train --data '${data}' --epochs 1000000000 --out '${out}'`
    // The shell lives on to say the exit code on a pipe of its own; Node does not inherit what it ignores.
    const child = startOnTerminal(`trap '' HUP; ${command}; echo $? >&3`)
    const said = child.stdio[3] as Readable
    const begun = new Promise<void>(resolve =>
      child.stdout.on('data', text => String(text).includes('images/s') && resolve()),
    )
    let code = ''
    said.setEncoding('utf8').on('data', text => {
      code += text
    })
    await begun
    child.kill('SIGKILL') // and with it its end of the terminal
    await once(said, 'end')
    expect(code).toBe('129\n')
    expect(await runCli('evaluate', out, '--data', data)).toMatchObject({ code: 0, stderr: '' })
  })
})
