// The shell's rules: languages and the address.
import { signal } from '@preact/signals'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import {
  addressFaults,
  followAddress,
  inAddress,
  nameField,
  numberField,
  parametersOf,
  textField,
} from '../../src/web/address.ts'
import { catalogue, chooseLanguage, formatNumber, formatPercent, language } from '../../src/web/languages.ts'

beforeEach(() => {
  language.value = 'en'
})

describe('the language', () => {
  test.each([
    ['what the address asks for', 'ko', 'en', ['en-US'], 'ko'],
    ['what was chosen before', null, 'ko', ['en-US'], 'ko'],
    ['the first of the browser’s that there is', null, undefined, ['fr-FR', 'ko-KR', 'en'], 'ko'],
    ['a language that there is not: the next', 'xx', 'constructor', ['ko'], 'ko'],
    ['none of them: English', null, undefined, ['fr'], 'en'],
  ])('%s', (_, asked, kept, preferred, expected) => {
    expect(chooseLanguage(asked, kept, preferred)).toBe(expected)
  })

  test('a catalogue follows it', () => {
    const words = catalogue({
      en: { train: 'Train', epochs: (count: number) => `${count} epochs` },
      ko: { train: '학습', epochs: count => `${count}에폭` },
    })
    expect([words.value.train, words.value.epochs(2)]).toEqual(['Train', '2 epochs'])
    language.value = 'ko'
    expect([words.value.train, words.value.epochs(2)]).toEqual(['학습', '2에폭'])
  })

  test('a key that a language lacks or adds fails the type check', () => {
    // @ts-expect-error: `train` is missing.
    catalogue({ en: { train: 'Train' }, ko: {} })
    // @ts-expect-error: `pause` is too much.
    catalogue({ en: { train: 'Train' }, ko: { train: '학습', pause: '일시정지' } })
    // @ts-expect-error: a key within a group is missing.
    catalogue({ en: { group: { train: 'Train' } }, ko: { group: {} } })
  })

  test('numbers have fixed decimals, and zero no sign', () => {
    expect([
      formatNumber(407050),
      formatNumber(-0.0001, 2),
      formatNumber(-1, 3),
      formatPercent(0.98123),
    ]).toEqual(['407,050', '0.00', '−1.000', '98.12%'])
  })

  test.each(['en', 'ko'] as const)('numbers are those of Intl.NumberFormat: %s', name => {
    language.value = name
    const edges = [
      0,
      -0,
      1e-7,
      1e-6,
      0.5,
      1.005,
      2.5,
      0.125,
      999.95,
      999999.5,
      1e15,
      2 ** 53,
      1e21,
      1 / 0,
      0 / 0,
    ]
    const powers = Array.from({ length: 400 }, (_, i) => 1.0937 ** (i - 200) * Math.PI)
    const decimals = Array.from({ length: 2000 }, (_, i) => (i * 7 - 5000) / 1000)
    for (const places of [0, 1, 2, 3, 4, 6]) {
      const formatter = new Intl.NumberFormat(name, {
        minimumFractionDigits: places,
        maximumFractionDigits: places,
        signDisplay: 'negative',
      })
      const values = [...edges, ...powers, ...decimals].flatMap(value => [value, -value])
      expect(values.map(value => formatNumber(value, places))).toEqual(
        values.map(value => formatter.format(value).replace('-', '−')),
      )
    }
  })
})

describe('the address', () => {
  const open = (search: string, hash: string) => {
    vi.stubGlobal('location', { search, hash, pathname: '/' })
    vi.stubGlobal('history', { replaceState: (_: null, __: string, url: string) => written.push(url) })
  }
  let written: string[] = []
  beforeEach(() => {
    written = []
    addressFaults.value = []
    vi.useFakeTimers()
    return () => {
      vi.useRealTimers()
      vi.unstubAllGlobals()
    }
  })

  test('its fragment goes before its query', () => {
    const parameters = parametersOf('?a=1&b=2', '#b=3')
    expect([parameters.get('a'), parameters.get('b')]).toEqual(['1', '3'])
  })

  test('a signal takes what is there, and its changes are written', () => {
    open('', '#x.slope=1.5&other=kept')
    const slope = signal(2)
    inAddress('x.slope', slope, numberField(-5, 5))
    expect(slope.value).toBe(1.5)
    slope.value = -1.25
    slope.value = -1
    expect(written).toEqual([])
    vi.runAllTimers()
    expect(written).toEqual(['#x.slope=-1&other=kept'])
  })

  test('another address in the open page is taken whole: what it leaves out is as at first', () => {
    const page = new EventTarget()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    open('', '#z.slope=1.5&z.bias=0.5&z.weights=0a1f')
    const [slope, bias, weights] = [signal(2), signal(0), signal('')]
    inAddress('z.slope', slope, numberField(-5, 5))
    inAddress('z.bias', bias, numberField(-5, 5))
    inAddress('z.weights', weights, textField(/^[0-9a-f]{4}$/, ''))
    expect(weights.value).toBe('0a1f')
    followAddress()
    slope.value = 3 // about to be written
    open('', '#z.bias=0.75')
    page.dispatchEvent(new Event('hashchange'))
    vi.runAllTimers()
    expect([slope.value, bias.value, weights.value]).toEqual([2, 0.75, ''])
    expect(addressFaults.value).toEqual([])
    expect(written).not.toContain(expect.stringContaining('z.slope'))
  })

  test('a value that is none leaves the usual one, and is told', () => {
    open('', '#y.slope=steep')
    const slope = signal(2)
    inAddress('y.slope', slope, numberField(-5, 5))
    expect(slope.value).toBe(2)
    expect(addressFaults.value).toEqual([{ name: 'y.slope', found: 'steep', expected: '-5–5' }])
  })

  test.each([
    [numberField(1, 50, 0), ['1', '50'], ['0', '51', '1.5', '', 'NaN', '1e1', '0x1']],
    [numberField(-1, 1), ['-0.5', '1'], ['1.01', '-', '.5']],
    [nameField('simd', 'relaxed'), ['simd'], ['SIMD', 'constructor', '']],
    [textField(/^[0-9a-f]{4}$/, ''), ['0a1f'], ['0', '0a1g', '0a1f0', '']],
  ])('a field takes what it should, and nothing else', (field, right, wrong) => {
    expect(right.map(text => field.parse(text))).not.toContain(undefined)
    expect(wrong.map(text => field.parse(text))).toEqual(wrong.map(() => undefined))
  })
})
