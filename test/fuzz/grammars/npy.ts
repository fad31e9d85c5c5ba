// NumPy's .npy: the header's dictionary as entries of a name and a text.
import { joined } from '../mutate-bytes.ts'
import { type Computed, computed, type Grammar, type Tree } from '../tree.ts'
import { fromLatin1, latin1, u16, u32 } from './binary.ts'

interface Npy {
  readonly [field: string]: Tree
  readonly magic: Uint8Array
  readonly major: number
  readonly minor: number
  readonly length: Computed
  readonly before: string
  readonly entries: readonly { readonly name: string; readonly value: string }[]
  readonly after: string
  readonly data: Uint8Array
}

const VALUES = [
  'False',
  'True',
  "'False'",
  'None',
  '1',
  '[3]',
  '()',
  '(3)',
  '(3,)',
  '(0,)',
  '(03,)',
  '(3L,)',
  '(3L, 4L)',
  '(-1,)',
  '(1.5,)',
  '(1e3,)',
  '(4294967296, 4294967296, 4294967296)',
  '(9007199254740993,)',
  '(0, 9007199254740993)',
  `(${'1,'.repeat(65)})`,
  `(${'1,'.repeat(5000)})`,
  "'|O'",
  "'<U5'",
  "'>f4'",
  "'=f4'",
  "'|f4'",
  "'f4'",
  "'<f16'",
  "'float32'",
  "[('x', '<f4')]",
  '"<f4"',
  "'<f4",
  '{}',
]

export const npy: Grammar<Npy> & { readonly texts: readonly string[] } = {
  texts: VALUES,
  open(bytes) {
    const major = bytes[6] ?? 0
    const start = major === 1 ? 10 : 12
    const length = (bytes[8] ?? 0) | ((bytes[9] ?? 0) << 8)
    const text = latin1(bytes.subarray(start, start + length))
    const [, inside = '', after = ''] = /^\{(.*?),? ?\}(\s*)$/s.exec(text) ?? []
    const entries = [...inside.matchAll(/('\w+'): ((?:\([^)]*\)|\[[^\]]*\]|'[^']*'|\w+))(?:, |$)/g)]
    return {
      magic: bytes.slice(0, 6),
      major,
      minor: bytes[7] ?? 0,
      length: computed,
      before: '{',
      entries: entries.map(([, name = '', value = '']) => ({ name, value })),
      after: `}${after}`,
      data: bytes.slice(start + length),
    }
  },
  close({ magic, major, minor, length, before, entries, after, data }) {
    const text = `${before}${entries.map(({ name, value }) => `${name}: ${value}, `).join('')}${after}`
    const header = fromLatin1(text)
    const size = length.of(header.length)
    const version = Uint8Array.of(major, minor)
    return joined(magic, version, major === 1 ? u16(size) : u32(size), header, data)
  },
}
