// The page's language, and catalogues of texts in every language.
import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { readNote, writeNote } from './keeping/notes.ts'

export const languages = { en: 'English', ko: '한국어' } as const

export type Language = keyof typeof languages

const isLanguage = (text: unknown): text is Language =>
  typeof text === 'string' && Object.hasOwn(languages, text)

/** What the address asks for, else what the visitor chose before, else the first of the browser's languages. */
export function chooseLanguage(asked: string | null, kept: unknown, preferred: readonly string[]): Language {
  const candidates = [asked, kept, ...preferred.map(tag => tag.toLowerCase().split('-')[0])]
  return candidates.find(isLanguage) ?? 'en'
}

export const language = signal<Language>('en')

/** Sets {@link language} by the page's address and the browser. */
export function detectLanguage(asked: string | null): void {
  language.value = chooseLanguage(asked, readNote('language'), navigator.languages)
}

/** Sets the language, and keeps it for later visits where the browser keeps anything. */
export function switchLanguage(chosen: Language): void {
  language.value = chosen
  writeNote('language', chosen)
}

/** Texts, functions that make texts, and groups of them. */
interface Texts {
  readonly [name: string]: unknown
}

/** The same keys; the texts may differ. */
type Translation<Original> = {
  readonly [Key in keyof Original]: Original[Key] extends string
    ? string
    : Original[Key] extends (...values: infer Values) => infer Text
      ? (...values: Values) => Text
      : Translation<Original[Key]>
}

/**
 * Texts in every language; `.value` has those of the present one. A key that one language lacks or adds fails the type
 * check.
 *
 * @example
 * const words = catalogue({
 *   en: { train: 'Train', after: (epochs: string) => `after ${epochs} epochs` },
 *   ko: { train: '학습', after: epochs => `${epochs}에폭 뒤` },
 * })
 * // in a component
 * words.value.train
 */
export function catalogue<const English extends Texts>(texts: {
  en: English
  ko: Translation<NoInfer<English>>
}): ReadonlySignal<Translation<English>> {
  return computed(() => texts[language.value] as Translation<English>)
}

/** The form of an English word that goes with a count, which is given as it is written: `agree('1', 'is', 'are')`. */
export const agree = (count: string, one: string, many: string): string => (count === '1' ? one : many)

/** A count with what it counts: `counted('1', 'epoch', 'epochs')` is "1 epoch". */
export const counted = (count: string, one: string, many: string): string =>
  `${count} ${agree(count, one, many)}`

/** Numbers as the present language writes them, always with the same number of decimals, and with a true minus (−). */
export function formatNumber(value: number, decimals = 0): string {
  const written = grouped(Math.abs(value), decimals)
  if (written === undefined)
    return formatterOf(language.value, decimals, 'decimal').format(value).replace('-', '−')
  return value < 0 && /[1-9]/.test(written) ? `−${written}` : written
}

/** What is less takes an exponent in a text, and what is larger is not whole to its last digit. */
const [LEAST_WRITTEN, MOST_WRITTEN] = [1e-6, 2 ** 50]

/**
 * A number as `Intl.NumberFormat` writes it in all languages of the page; undefined for what is written rarely. A page's
 * first `Intl.NumberFormat` takes its thread 15 ms, and a phone's four times as long, before anything is shown.
 */
function grouped(value: number, decimals: number): string | undefined {
  if (value !== 0 && !(value >= LEAST_WRITTEN && value * 10 ** decimals < MOST_WRITTEN)) return undefined
  // The decimal text is rounded, half up, and not the binary number: 1.005 gives 1.01.
  const digits = String(Math.round(Number(`${value}e${decimals}`))).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',')
  return decimals > 0 ? `${whole}.${digits.slice(-decimals)}` : whole
}

/** A share, such as 0.9812, in per cent. */
export function formatPercent(share: number, decimals = 2): string {
  return formatterOf(language.value, decimals, 'percent').format(share)
}

const formatters = new Map<string, Intl.NumberFormat>()

function formatterOf(locale: Language, decimals: number, style: 'decimal' | 'percent'): Intl.NumberFormat {
  const key = `${locale} ${decimals} ${style}`
  const known = formatters.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locale, {
    style,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: 'negative', // no −0
  })
  formatters.set(key, made)
  return made
}
