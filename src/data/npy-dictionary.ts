// The dictionary in the header of a .npy file, a literal of Python: strings, booleans and tuples of whole numbers by their
// keys. NumPy reads it by ast.literal_eval. What no program writes is refused: escapes in strings, strings in pieces,
// values in parentheses, a key twice.
//
// Source: The Python Language Reference, 2.4 (literals) and 6.2.7 (dictionaries).

/** A value in a header. */
export type PythonValue = string | boolean | readonly number[]

/** Spaces, line breaks, comments and joined lines, which may be between any two tokens within brackets. */
const GAP = /(?:[ \t\f\r\n]|#[^\r\n]*|\\\r?\n)*/y
const STRING = /[uU]?(?:'([^'\\\r\n]*)'|"([^"\\\r\n]*)")/y
const FLAG = /(?:True|False)\b/y
/** No zeros in front, but any number of them for 0. */
const WHOLE =
  /(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?\d)*)(?![\w.])/y
/** As Python 2 wrote whole numbers beyond its int. */
const LONG = new RegExp(WHOLE.source.replace('(?!', '[ \\t]*L(?!'), 'y')

/** Takes tokens from a text, in order. */
class Tokens {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The next token, if it is one of that kind. */
  take(kind: RegExp): RegExpExecArray | undefined {
    GAP.lastIndex = this.#at
    GAP.test(this.#text)
    kind.lastIndex = GAP.lastIndex
    const match = kind.exec(this.#text)
    if (match) this.#at = kind.lastIndex
    return match ?? undefined
  }

  /** What was not taken. */
  get rest(): string {
    return this.#text.slice(this.#at)
  }
}

const [OPEN, CLOSE, OPEN_TUPLE, CLOSE_TUPLE, COMMA, COLON] = [/\{/y, /\}/y, /\(/y, /\)/y, /,/y, /:/y] as const

/**
 * The entries of `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`; undefined for anything else. `mayBeLong`:
 * whether numbers may be written as 3L.
 */
export function parseDictionary(text: string, mayBeLong: boolean): Map<string, PythonValue> | undefined {
  // Python forgets spaces at the beginning, but not at the beginning of further lines: they would indent a block.
  if (!/^(?:[ \t\f]*(?:#[^\r\n]*)?\r?\n)*\f*\{/.test(text.replace(/^[ \t]+/, ''))) return undefined
  const tokens = new Tokens(text)
  tokens.take(OPEN)
  const entries = new Map<string, PythonValue>()
  while (!tokens.take(CLOSE)) {
    const key = takeString(tokens)
    const value = key === undefined || !tokens.take(COLON) ? undefined : takeValue(tokens, mayBeLong)
    if (key === undefined || value === undefined || entries.has(key)) return undefined
    entries.set(key, value)
    if (tokens.take(COMMA)) continue
    if (!tokens.take(CLOSE)) return undefined
    break
  }
  return /^(?:[ \t\f\r\n]|#[^\r\n]*)*$/.test(tokens.rest) ? entries : undefined
}

function takeString(tokens: Tokens): string | undefined {
  const [, single, double] = tokens.take(STRING) ?? []
  return single ?? double
}

function takeValue(tokens: Tokens, mayBeLong: boolean): PythonValue | undefined {
  const [flag] = tokens.take(FLAG) ?? []
  if (flag) return flag === 'True'
  return tokens.take(OPEN_TUPLE) ? takeTuple(tokens, mayBeLong) : takeString(tokens)
}

/** A tuple of whole numbers, after its parenthesis. A tuple of one ends in a comma. */
function takeTuple(tokens: Tokens, mayBeLong: boolean): number[] | undefined {
  const numbers: number[] = []
  let commas = 0
  while (!tokens.take(CLOSE_TUPLE)) {
    if (commas < numbers.length) return undefined
    const [token] = (mayBeLong ? tokens.take(LONG) : undefined) ?? tokens.take(WHOLE) ?? []
    if (token === undefined) return undefined
    numbers.push(Number(token.replace(/[_ \tL]/g, '')))
    if (tokens.take(COMMA)) commas += 1
  }
  return numbers.length === 1 && commas === 0 ? undefined : numbers
}
