// Zip files, and .npz among them.
import { crc32, inflateRawSync } from 'node:zlib'
import { joined } from '../mutate-bytes.ts'
import { type Computed, computed, type Grammar, type Tree } from '../tree.ts'
import { fromLatin1, latin1, u16, u32, u64, viewOf } from './binary.ts'
import { type DeflateStyle, deflate, plainDeflate } from './deflated.ts'
import { npy } from './npy.ts'

type Head = {
  readonly [field: string]: Tree
  readonly version: number
  readonly flags: number
  readonly method: Computed
  readonly time: number
  readonly crc: Computed
  readonly compressed: Computed
  readonly size: Computed
  readonly name: string
  readonly extra: Uint8Array
  /** Whether sizes stand in zip64's extra field. */
  readonly zip64: number
}

interface Entry {
  readonly [field: string]: Tree
  readonly content: ReturnType<typeof npy.open> | Uint8Array
  /** 0: stored, 8: deflated. */
  readonly method: number
  readonly style: DeflateStyle
  readonly local: Head
  readonly central: Head
  readonly comment: string
  readonly offset: Computed
  /** Which entry's contents the directory leads to, counted from this one. */
  readonly shift: number
  /** How often the directory has it, under other names. */
  readonly times: number
  /** The local part is in the file. */
  readonly before: Uint8Array
}

interface Zip {
  readonly [field: string]: Tree
  readonly entries: readonly Entry[]
  readonly count: Computed
  readonly total: Computed
  readonly directorySize: Computed
  readonly directoryOffset: Computed
  readonly zip64: number
  readonly comment: string
  readonly between: Uint8Array
}

const NOTHING = new Uint8Array()

const headOf = (version: number, flags: number, time: number, name: string, extra: Uint8Array): Head => ({
  version,
  flags,
  method: computed,
  time,
  crc: computed,
  compressed: computed,
  size: computed,
  name,
  extra,
  zip64: 0,
})

const isNpy = (bytes: Uint8Array) => bytes[0] === 0x93 && bytes[1] === 0x4e

export const zip: Grammar<Zip> & { readonly texts: readonly string[] } = {
  texts: [...npy.texts, 'x.npy', 'y.npy', '__proto__.npy', '.npy', 'x', '\x1b[2J.npy'],
  open(bytes) {
    const view = viewOf(bytes)
    const end = bytes.length - 22
    const entries: Entry[] = []
    let at = view.getUint32(end + 16, true)
    for (let i = 0; i < view.getUint16(end + 10, true); ++i) {
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map(k => view.getUint16(at + k, true))
      const name = latin1(bytes.slice(at + 46, at + 46 + (nameLength ?? 0)))
      const local = view.getUint32(at + 42, true)
      const localName = view.getUint16(local + 26, true)
      const localExtra = view.getUint16(local + 28, true)
      const begin = local + 30 + localName + localExtra
      const packed = bytes.slice(begin, begin + view.getUint32(at + 20, true))
      const method = view.getUint16(at + 10, true)
      const content = method === 8 ? new Uint8Array(inflateRawSync(packed)) : packed
      entries.push({
        content: isNpy(content) ? npy.open(content) : content,
        method,
        style: plainDeflate,
        local: headOf(
          view.getUint16(local + 4, true),
          view.getUint16(local + 6, true) & ~8,
          view.getUint32(local + 10, true),
          name,
          NOTHING,
        ),
        central: headOf(
          view.getUint16(at + 6, true),
          view.getUint16(at + 8, true) & ~8,
          view.getUint32(at + 12, true),
          name,
          NOTHING,
        ),
        comment: '',
        offset: computed,
        shift: 0,
        times: 1,
        before: NOTHING,
      })
      at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
    }
    return {
      entries,
      count: computed,
      total: computed,
      directorySize: computed,
      directoryOffset: computed,
      zip64: 0,
      comment: '',
      between: NOTHING,
    }
  },
  close({ entries, count, total, directorySize, directoryOffset, zip64, comment, between }) {
    const offsets: number[] = []
    const parts: Uint8Array[] = []
    let at = 0
    const add = (part: Uint8Array) => {
      parts.push(part)
      at += part.length
    }
    const facts = entries.map(({ content, method, style, local, before }) => {
      const plain = content instanceof Uint8Array ? content : npy.close(content)
      const packed = method === 8 ? deflate(plain, style) : plain
      add(before)
      offsets.push(at)
      const fact = { crc: crc32(plain), compressed: packed.length, size: plain.length, method }
      add(localHead(local, fact))
      add(packed)
      return fact
    })
    add(between)
    const begin = at
    let written = 0
    for (const [i, { central, comment, offset, shift, times }] of entries.entries()) {
      const target = Math.abs(i + Math.trunc(shift)) % entries.length
      const fact = facts[i]
      if (!fact) continue
      for (let copy = 0; copy < Math.min(Math.max(0, times), 2000); ++copy) {
        const name = copy > 0 ? `${copy}${central.name}` : central.name
        add(centralHead({ ...central, name }, fact, comment, offset.of(offsets[target] ?? 0)))
        written += 1
      }
    }
    const size = at - begin
    const [n, all, length, position] = [
      count.of(written),
      total.of(written),
      directorySize.of(size),
      directoryOffset.of(begin),
    ]
    if (zip64 % 2 !== 0) {
      const record = at
      add(joined(u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0)))
      add(joined(u64(n), u64(all), u64(length), u64(position)))
      add(joined(u32(0x07064b50), u32(0), u64(record), u32(1)))
      add(joined(u32(0x06054b50), u16(0), u16(0), u16(0xffff), u16(0xffff), u32(0xffffffff), u32(0xffffffff)))
    } else {
      add(joined(u32(0x06054b50), u16(0), u16(0), u16(n), u16(all), u32(length), u32(position)))
    }
    add(joined(u16(comment.length), fromLatin1(comment)))
    return joined(...parts)
  },
}

interface Facts {
  crc: number
  compressed: number
  size: number
  method: number
}

function localHead(head: Head, facts: Facts): Uint8Array {
  const name = fromLatin1(head.name)
  const { numbers, extra } = fieldsOf(head, facts)
  return joined(
    u32(0x04034b50),
    u16(head.version),
    ...numbers,
    u16(name.length),
    u16(extra.length),
    name,
    extra,
  )
}

function centralHead(head: Head, facts: Facts, comment: string, offset: number): Uint8Array {
  const name = fromLatin1(head.name)
  const { numbers, extra } = fieldsOf(head, facts)
  return joined(
    u32(0x02014b50),
    u16(20),
    u16(head.version),
    ...numbers,
    u16(name.length),
    u16(extra.length),
    u16(comment.length),
    u16(0),
    u16(0),
    u32(0),
    u32(offset),
    name,
    extra,
    fromLatin1(comment),
  )
}

function fieldsOf(head: Head, facts: Facts) {
  const [size, compressed] = [head.size.of(facts.size), head.compressed.of(facts.compressed)]
  const isLong = head.zip64 % 2 !== 0
  return {
    numbers: [
      u16(head.flags),
      u16(head.method.of(facts.method)),
      u32(head.time),
      u32(head.crc.of(facts.crc)),
      u32(isLong ? 0xffffffff : compressed),
      u32(isLong ? 0xffffffff : size),
    ],
    extra: isLong ? joined(u16(1), u16(16), u64(size), u64(compressed), head.extra) : head.extra,
  }
}
