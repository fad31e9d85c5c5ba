// Whether a reader did right by an input: it accepts it, or throws one of our errors.
import { Failure } from '../../src/cli/failure.ts'
import { WasmlpError } from '../../src/errors.ts'
import type { Input } from './inputs.ts'
import { PARSERS, type Parser, type ParserName } from './parsers.ts'

/** How a reader took an input. */
export interface Verdict {
  /** `accepted`, or the error's code. */
  readonly outcome: string
  readonly fault?: Fault
}

/** What a reader must not do. */
export interface Fault {
  /** Equal for what is probably the same fault. */
  readonly signature: string
  readonly description: string
}

/** Characters of the longest message. */
const MAX_MESSAGE = 2000

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f-\x9f]/

/** Reads an input. */
export async function judge(name: ParserName, { bytes, seed }: Input): Promise<Verdict> {
  const parser: Parser = PARSERS[name]
  const copy = bytes.slice()
  try {
    const result = parser.read(copy, seed)
    const found = result instanceof Promise ? await result : result
    const complaint = await parser.compare?.(bytes, found, seed)
    return {
      outcome: 'accepted',
      ...(complaint !== undefined && {
        fault: { signature: `wrong: ${general(complaint)}`, description: `accepted, but ${complaint}` },
      }),
    }
  } catch (error) {
    const code = error instanceof WasmlpError ? error.code : error instanceof Failure ? 'Failure' : 'raw'
    const fault = faultOf(error) ?? (parser.refusals.test(code) ? undefined : wrongCode(code, error as Error))
    return { outcome: code, ...(fault && { fault }) }
  }
}

/** The fault of an error; undefined for one of ours that can be shown. */
export function faultOf(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return { signature: 'no error', description: `it threw ${String(error)}` }
  const { message } = error
  if (!(error instanceof WasmlpError || error instanceof Failure)) {
    const frames = String(error.stack)
      .split('\n')
      .filter(line => /^\s+at /.test(line))
    return {
      signature: `${error.name} in ${placeOf(error)}: ${general(message)}`,
      description: [`${error.name}: ${message.slice(0, 300)}`, ...frames.slice(0, 6)].join('\n'),
    }
  }
  if (error instanceof WasmlpError && typeof error.code !== 'string') {
    return {
      signature: `no code in ${placeOf(error)}`,
      description: `${error.name}: ${message.slice(0, 300)}`,
    }
  }
  if (message.length > MAX_MESSAGE) {
    return {
      signature: `long message in ${placeOf(error)}`,
      description: `a message of ${message.length} characters: ${message.slice(0, 100)}`,
    }
  }
  if (CONTROL.test(message)) {
    return {
      signature: `control characters in ${placeOf(error)}`,
      description: `a message with control characters: ${JSON.stringify(message)}`,
    }
  }
  return undefined
}

/** A file's fault that is reported as another's. */
const wrongCode = (code: string, error: Error): Fault => ({
  signature: `${code} in ${placeOf(error)}`,
  description: `it is refused with the code ${code}: ${error.message.slice(0, 300)}`,
})

/** The function that threw it. */
const placeOf = ({ message, stack = '' }: Error) =>
  /\n\s+at (?:async )?(?:new )?([^\s(]+)/.exec(stack.slice(message.length))?.[1] ?? ''

/** A message without what differs from input to input. */
const general = (message: string) =>
  message
    .slice(0, 300)
    .replace(/"(?:[^"\\]|\\.)*"?/g, '"…"')
    .replace(/[-+.\d]*\d[\d.e+-]*/g, '0')
    .replace(/[^\x20-\x7e]+/g, '~')
    .slice(0, 60)
