// Imported before a program (node --import): prints the process's peak resident memory, in bytes, when it ends.
import { readFileSync, writeSync } from 'node:fs'

const STDERR = 2

/** Linux counts the parent's memory into `maxRSS` of a process it started; VmHWM is the program's own. */
function peakKilobytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1])
}

process.on('exit', () => {
  writeSync(STDERR, `\n${JSON.stringify({ peak: 1024 * peakKilobytes() })}\n`)
})
