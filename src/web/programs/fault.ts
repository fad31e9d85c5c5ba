// What went wrong in a program, and in which of its lines.
import { formatted } from './formatted.ts'
import type { ProgramFault } from './messages.ts'

/**
 * @param programUrl the address of the program's module
 * @param names what to call such addresses in the message
 */
export function faultOf(
  error: unknown,
  programUrl: string,
  names: ReadonlyMap<string, string>,
): ProgramFault {
  const isError = error instanceof Error
  let message = isError ? `${error.name}: ${error.message}` : formatted(error)
  for (const [url, name] of names) message = message.replaceAll(url, name)
  return { message, line: lineOf(error, programUrl) }
}

function lineOf(error: unknown, programUrl: string): number | undefined {
  if (!(error instanceof Error) || programUrl === '') return undefined
  // Of a syntax error, the stack has at most who imported the program. Firefox names its place; for Chromium see
  // syntax-line.ts.
  const { fileName, lineNumber } = error as { fileName?: unknown; lineNumber?: unknown }
  if (error instanceof SyntaxError && fileName === programUrl && typeof lineNumber === 'number')
    return lineNumber
  const stack = error.stack ?? ''
  const at = stack.indexOf(`${programUrl}:`)
  const line = at < 0 ? Number.NaN : Number.parseInt(stack.slice(at + programUrl.length + 1), 10)
  return line > 0 ? line : undefined
}
