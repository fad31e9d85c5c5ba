// The state in the address's fragment, such as #chapter=mnist&mnist.epochs=5: a link repeats what its sender saw, and
// nothing of it goes to a server.
import { effect, type Signal, signal } from '@preact/signals'

/** How a value is written in the address. */
export interface Field<Value> {
  /** Undefined where the text is none. */
  parse(text: string): Value | undefined
  format(value: Value): string
  /** What is expected, as "1–50" or "simd, relaxed". */
  readonly expected: string
}

/** What the address says and the page cannot take. */
export interface AddressFault {
  readonly name: string
  readonly found: string
  readonly expected: string
}

/** Shown at the head of the page. */
export const addressFaults = signal<readonly AddressFault[]>([])

/** A number from `min` to `max`; with `decimals: 0` a whole one. */
export function numberField(min: number, max: number, decimals = 3): Field<number> {
  return {
    parse(text) {
      if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined
      const value = Number(text)
      const isWithin = value >= min && value <= max
      return isWithin && (decimals > 0 || Number.isInteger(value)) ? value : undefined
    },
    format: value => String(Number(value.toFixed(decimals))),
    expected: `${min}–${max}`,
  }
}

/** One of some names. */
export function nameField<const Name extends string>(...names: Name[]): Field<Name> {
  return {
    parse: text => names.find(name => name === text),
    format: name => name,
    expected: names.join(', '),
  }
}

/** A text of a certain form, such as a fingerprint of weights. */
export const textField = (form: RegExp, expected: string): Field<string> => ({
  parse: text => (form.test(text) ? text : undefined),
  format: text => text,
  expected,
})

/** The parameters of an address: those of its query, and over them those of its fragment. */
export function parametersOf(search: string, hash: string): URLSearchParams {
  const parameters = new URLSearchParams(search)
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ''))) parameters.set(name, value)
  return parameters
}

/** What a page is asked for by its address. */
export const asked = (name: string): string | null => parametersOf(location.search, location.hash).get(name)

interface Binding {
  /** Takes the address's value; where it has none, what `absent` says. */
  read(absent: 'keep' | 'reset'): void
  write(parameters: URLSearchParams): void
}

const bindings = new Map<string, Binding>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Browsers limit how often the address may change. */
const PAUSE = 400

/**
 * Binds a signal to a name in the address: it takes the value that is there, and its changes are written there. What it
 * was before is left out of the address. A chapter's names begin with its id: `network.slope`. Call it once, in a module.
 */
export function inAddress<Value>(name: string, state: Signal<Value>, field: Field<Value>): void {
  const initialValue = state.peek()
  const initial = field.format(initialValue)
  const read: Binding['read'] = absent => {
    addressFaults.value = addressFaults.peek().filter(fault => fault.name !== name)
    const text = asked(name)
    if (text === null && absent === 'reset') state.value = initialValue
    if (text === null || text === field.format(state.peek())) return
    const value = field.parse(text)
    if (value !== undefined) state.value = value
    else addressFaults.value = [...addressFaults.peek(), { name, found: text, expected: field.expected }]
  }
  const write = (parameters: URLSearchParams) => {
    const text = field.format(state.peek())
    if (text === initial) parameters.delete(name)
    else parameters.set(name, text)
  }
  read('keep')
  bindings.set(name, { read, write })
  let isFirst = true
  effect(() => {
    field.format(state.value)
    if (!isFirst) writeSoon()
    isFirst = false
  })
}

function writeSoon(): void {
  if (timer === undefined) timer = setTimeout(writeAddress, PAUSE)
}

/** The whole address with the present state. */
export function linkNow(): string {
  clearTimeout(timer)
  writeAddress()
  return location.href
}

/** The fragment with the present state: what no binding knows stays. */
function writeAddress(): void {
  timer = undefined
  const parameters = new URLSearchParams(location.hash.replace(/^#/, ''))
  for (const binding of bindings.values()) binding.write(parameters)
  const text = parameters.toString()
  try {
    history.replaceState(null, '', text === '' ? location.pathname + location.search : `#${text}`)
  } catch {
    // A document without an address of its own, as a frame's srcdoc, has no place to write to.
  }
}

/** Follows an address that the visitor pastes into an open page: it is all of the state, and what it leaves out is as at first. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    clearTimeout(timer)
    timer = undefined
    for (const binding of bindings.values()) binding.read('reset')
  })
}
