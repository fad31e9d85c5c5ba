// Names of any characters as file names that every file system accepts and tells apart.

import { describeValue } from '../../describe-value.ts'
import { ArgumentError } from '../../errors.ts'
import { quoted } from '../../quote-names.ts'

/** Bytes of a file's name. File systems take 255, some of them for an extension and for temporary files. */
const LONGEST = 180

/** Names of devices, which Windows does not accept as files, whatever the extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/

const encoder = new TextEncoder()

const escapeBytes = (text: string): string =>
  [...encoder.encode(text)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')

/**
 * Keeps ASCII's small letters and digits, and letters without case and accents, such as 한 or 漢. File systems may not
 * tell a from A, nor é from e with an accent. All else becomes % and its UTF-8 in hexadecimal.
 */
function escapeCharacter(character: string, isComposed: boolean): string {
  if (/^[a-z\d_-]$/.test(character) || (isComposed && /^\p{Lo}$/u.test(character))) return character
  return escapeBytes(character)
}

/**
 * The file name of a name; different names have different ones. Throws {@link ArgumentError} for a value that is not
 * text, and for a name too long for file systems. `what` is what messages call it.
 */
export function toFileName(name: string, what: string): string {
  if (typeof name !== 'string' || name === '') {
    throw new ArgumentError(`${what} is ${describeValue(name)}: expected text of one or more characters`)
  }
  if (/\p{Surrogate}/u.test(name)) {
    throw new ArgumentError(`${what} is ${describeValue(name)}: expected text without lone surrogates`)
  }
  const isComposed = name.normalize('NFC') === name
  const characters = [...name]
  const escaped = characters.map((character, i) =>
    character === '.' && i > 0 && i < characters.length - 1
      ? character
      : escapeCharacter(character, isComposed),
  )
  const file = escaped.join('').replace(DEVICE, device => escapeBytes(device.charAt(0)) + device.slice(1))
  const bytes = encoder.encode(file).length
  if (bytes <= LONGEST) return file
  throw new ArgumentError(
    `${what} is ${quoted(name)}, which takes ${bytes} bytes as a file's name: ` +
      `expected ${LONGEST} at most (one for a small letter or digit of ASCII, three for 한, three for each byte of others)`,
  )
}

/** The name for a file name; undefined for one that {@link toFileName} does not make. */
export function fromFileName(file: string): string | undefined {
  const composed = file.normalize('NFC') // Some file systems decompose letters.
  try {
    const name = decodeURIComponent(composed)
    return toFileName(name, 'the name') === composed ? name : undefined
  } catch {
    return undefined
  }
}
