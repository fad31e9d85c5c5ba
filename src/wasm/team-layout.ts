// Where a team's words and its command stand in linear memory: assembly/team.ts has the words.

/** Numbers that the calling thread and its workers share. */
export interface CommandLayout {
  /** Byte offset of the command: a kernel's number, how many arguments it takes, and these, all f64. */
  readonly command: number
  /** Numbers in the command's room. */
  readonly size: number
  /** How often a waiting worker looks before it sleeps: some 50 µs. */
  readonly spins: number
  /** The most milliseconds that a worker sleeps before it looks again. */
  readonly sleep: number
}

export const TEAM_LAYOUT: CommandLayout = { command: 192, size: 24, spins: 20_000, sleep: 1000 }

/** Bytes of a team in linear memory. */
export const TEAM_BYTES = TEAM_LAYOUT.command + TEAM_LAYOUT.size * Float64Array.BYTES_PER_ELEMENT
