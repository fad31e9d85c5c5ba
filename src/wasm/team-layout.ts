// Where a team's words and its command stand in linear memory: assembly/team.ts has the words.
import { MAX_THREADS } from './threads.ts'

/** Numbers that the calling thread and its workers share. */
export interface CommandLayout {
  /** Byte offset of the words in which threads claim work, 64 bytes for each. */
  readonly claims: number
  /** Byte offset of the command: a kernel's number, how many arguments it takes, and these, all f64. */
  readonly command: number
  /** Byte offset of what workers do while they wait, as the command has it. */
  readonly spare: number
  /** Numbers in the command's room. */
  readonly size: number
  /** How often a waiting worker looks before it does something else: some 5 µs, most waits being shorter. */
  readonly patience: number
  /** How often a waiting worker looks before it sleeps: some 50 µs. */
  readonly spins: number
  /** The most milliseconds that a worker sleeps before it looks again. */
  readonly sleep: number
}

const CLAIMS = 192
const COMMAND = CLAIMS + 64 * MAX_THREADS
const COMMAND_SIZE = 24
const COMMAND_BYTES = COMMAND_SIZE * Float64Array.BYTES_PER_ELEMENT

export const TEAM_LAYOUT: CommandLayout = {
  claims: CLAIMS,
  command: COMMAND,
  spare: COMMAND + COMMAND_BYTES,
  size: COMMAND_SIZE,
  patience: 10_000,
  spins: 100_000,
  sleep: 1000,
}

/** Bytes of a team in linear memory. */
export const TEAM_BYTES = TEAM_LAYOUT.spare + COMMAND_BYTES
