// Values as a console writes them, in a line or a few.

/** Elements that are written of a list, and properties of an object. */
const MOST = 100
const DEEPEST = 3

/** What `console.log` writes of a value: a text as it is, anything else as {@link inspected}. */
export const formatted = (value: unknown): string => (typeof value === 'string' ? value : inspected(value, 0))

function inspected(value: unknown, depth: number): string {
  if (typeof value === 'string') return quoted(value)
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `[function ${value.name || '(anonymous)'}]`
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Error) return `${value.name}: ${value.message}`
  try {
    return objectText(value, depth)
  } catch {
    // A getter or a proxy that throws.
    return '[object]'
  }
}

function objectText(value: object, depth: number): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Promise) return 'Promise'
  if (Array.isArray(value)) return listText('', value, depth)
  if (ArrayBuffer.isView(value) && 'length' in value) {
    const list = value as unknown as ArrayLike<unknown>
    return listText(`${value.constructor.name}(${list.length}) `, list, depth)
  }
  if (value instanceof Map) return listText(`Map(${value.size}) `, [...value], depth)
  if (value instanceof Set) return listText(`Set(${value.size}) `, [...value], depth)
  // Models and data sets describe themselves.
  const text = (value as { toString?: unknown }).toString
  if (typeof text === 'function' && text !== Object.prototype.toString) return String(value)
  const keys = Object.keys(value)
  if (depth >= DEEPEST) return keys.length === 0 ? '{}' : '{ … }'
  const parts = keys
    .slice(0, MOST)
    .map(key => `${keyText(key)}: ${inspected((value as Record<string, unknown>)[key], depth + 1)}`)
  if (keys.length > MOST) parts.push('…')
  return enclosed('{ ', parts, ' }', '{}', depth)
}

function listText(name: string, list: ArrayLike<unknown>, depth: number): string {
  if (depth >= DEEPEST) return list.length === 0 ? `${name}[]` : `${name}[ … ]`
  const parts: string[] = []
  for (let i = 0; i < Math.min(list.length, MOST); ++i) parts.push(inspected(list[i], depth + 1))
  if (list.length > MOST) parts.push(`… ${list.length - MOST} more`)
  return enclosed(`${name}[`, parts, ']', `${name}[]`, depth)
}

/** In one line where it is short. */
function enclosed(
  open: string,
  parts: readonly string[],
  close: string,
  empty: string,
  depth: number,
): string {
  if (parts.length === 0) return empty
  const line = `${open}${parts.join(', ')}${close}`
  const isShort = line.length <= 76 && !line.includes('\n')
  const areNumbers = parts.every(part => /^[-\d.e+…NI]/.test(part))
  if (isShort || areNumbers) return line
  const indent = '  '.repeat(depth + 1)
  return `${open.trimEnd()}\n${parts.map(part => indent + part).join(',\n')}\n${'  '.repeat(depth)}${close.trimStart()}`
}

const quoted = (text: string) =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

const keyText = (key: string) => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : quoted(key))
