// Gzip (RFC 1952): members, each with a header, a stream of deflate and a trailer. Contents have a grammar of their own.
import { crc32, inflateRawSync } from 'node:zlib'
import { joined } from '../mutate-bytes.ts'
import { type Computed, computed, type Grammar, type Tree } from '../tree.ts'
import { fromLatin1, latin1, u16, u32, viewOf } from './binary.ts'
import { type DeflateStyle, deflate, plainDeflate } from './deflated.ts'

interface Member {
  readonly [field: string]: Tree
  readonly magic: Uint8Array
  readonly method: number
  readonly flags: number
  readonly time: number
  readonly level: number
  readonly system: number
  readonly extra: Uint8Array
  readonly name: string
  readonly comment: string
  readonly headerChecksum: Computed
  readonly content: Tree
  readonly style: DeflateStyle
  readonly crc: Computed
  readonly size: Computed
}

interface Gzip {
  readonly [field: string]: Tree
  readonly members: readonly Member[]
  readonly padding: Uint8Array
}

const [HCRC, EXTRA, NAME, COMMENT] = [2, 4, 8, 16] as const

/** Bytes as they are. */
const bytesAsTheyAre: Grammar<Uint8Array> = { open: bytes => bytes, close: bytes => bytes }

/** Files of one member as seeds; mutations make more of them. */
export const gzipOf = (inner: Grammar): Grammar<Gzip> => ({
  open(bytes) {
    const flags = bytes[3] ?? 0
    let at = 10
    const text = () => {
      const end = bytes.indexOf(0, at)
      const found = latin1(bytes.slice(at, end))
      at = end + 1
      return found
    }
    const extraLength = flags & EXTRA ? viewOf(bytes).getUint16(at, true) : 0
    if (flags & EXTRA) at += 2 + extraLength
    const extra = bytes.slice(at - extraLength, at)
    const name = flags & NAME ? text() : ''
    const comment = flags & COMMENT ? text() : ''
    if (flags & HCRC) at += 2
    const member: Member = {
      magic: bytes.slice(0, 2),
      method: bytes[2] ?? 0,
      flags,
      time: viewOf(bytes).getUint32(4, true),
      level: bytes[8] ?? 0,
      system: bytes[9] ?? 0,
      extra,
      name,
      comment,
      headerChecksum: computed,
      content: inner.open(new Uint8Array(inflateRawSync(bytes.subarray(at, -8)))),
      style: plainDeflate,
      crc: computed,
      size: computed,
    }
    return { members: [member], padding: new Uint8Array() }
  },
  close: ({ members, padding }) => joined(...members.map(member => closeMember(member, inner)), padding),
})

export const gzip = gzipOf(bytesAsTheyAre)

function closeMember(member: Member, inner: Grammar): Uint8Array {
  const { magic, method, flags, time, level, system, extra, name, comment, style } = member
  const header = joined(
    magic,
    Uint8Array.of(method, flags),
    u32(time),
    Uint8Array.of(level, system),
    ...(flags & EXTRA ? [u16(extra.length), extra] : []),
    ...(flags & NAME ? [fromLatin1(`${name}\0`)] : []),
    ...(flags & COMMENT ? [fromLatin1(`${comment}\0`)] : []),
  )
  const checksum = flags & HCRC ? u16(member.headerChecksum.of(crc32(header) & 0xffff)) : new Uint8Array()
  const content = inner.close(member.content)
  const trailer = joined(u32(member.crc.of(crc32(content))), u32(member.size.of(content.length)))
  return joined(header, checksum, deflate(content, style), trailer)
}
