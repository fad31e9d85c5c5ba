// JSON of files, as strictly as no parser of the platform reads it: no key twice, no key that means something to
// JavaScript, and nothing nested so deeply that whatever walks it runs out of stack.
import { describeValue } from './describe-value.ts'
import { FormatError } from './errors.ts'

/** Deeper than any file of this package or of Keras: their nesting is 10 to 20. */
const MAX_DEPTH = 64

/** What a file says in JSON; `where` begins the message. Throws {@link FormatError}. */
export function parseJson(text: string, where: string): unknown {
  // Before anything is built: each level of nesting costs a parser more memory than its bracket.
  checkNesting(text, where)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FormatError(`${where} is not JSON`, { cause })
  }
}

/** Passes over a text once. What is no JSON, it leaves to the parser. */
function checkNesting(text: string, where: string): void {
  /** The keys of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  for (let i = 0; i < text.length; ++i) {
    const character = text[i]
    if (character === '"') {
      const begin = i
      i = endOfString(text, begin)
      const keys = open.at(-1)
      if (keys && isKey(text, i + 1)) addKey(keys, text.slice(begin, i + 1), where)
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined)
      if (open.length > MAX_DEPTH) {
        throw new FormatError(`${where} is nested over ${MAX_DEPTH} levels deep, expected fewer`)
      }
    } else if (character === '}' || character === ']') open.pop()
  }
}

/** The place of a string's closing quote, or the end of the text. */
function endOfString(text: string, begin: number): number {
  let i = begin + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i
}

function isKey(text: string, behind: number): boolean {
  let i = behind
  while (i < text.length && ' \t\n\r'.includes(text.charAt(i))) ++i
  return text[i] === ':'
}

function addKey(keys: Set<string>, literal: string, where: string): void {
  let key: string
  try {
    key = JSON.parse(literal)
  } catch {
    return // what parses the whole says so
  }
  if (keys.has(key))
    throw new FormatError(`${where} has the key ${describeValue(key)} twice, expected it once`)
  if (key === '__proto__') {
    throw new FormatError(`${where} has the key "__proto__", which no field has: leave it out`)
  }
  keys.add(key)
}
