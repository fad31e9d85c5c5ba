// What a value is, by the brand that its realm gave it. `instanceof` knows one realm only, and values come from others: a
// frame, `node:vm`, or the sandboxes of Jest and Vitest, whose messages from workers are made outside.
import { kindOf } from './describe-value.ts'

/**
 * The name of a typed array's kind, such as `Float32Array`; undefined for anything else. Neither a subclass nor a tag of
 * its own changes it: the getter that all typed arrays inherit reads an internal slot.
 */
export const arrayKindOf = (value: unknown): string | undefined => kindGetter?.call(value)

const kindGetter = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Int8Array.prototype),
  Symbol.toStringTag,
)?.get

export const isFloat32Array = (value: unknown): value is Float32Array => arrayKindOf(value) === 'Float32Array'

export const isUint8Array = (value: unknown): value is Uint8Array => arrayKindOf(value) === 'Uint8Array'

/** Not for one that is shared. */
export const isArrayBuffer = (value: unknown): value is ArrayBuffer => kindOf(value) === 'ArrayBuffer'

export const isUrl = (value: unknown): value is URL => kindOf(value) === 'URL'

export const isDate = (value: unknown): value is Date => kindOf(value) === 'Date'

export const isPromise = <Result>(value: Result | Promise<Result>): value is Promise<Result> =>
  kindOf(value) === 'Promise'
