// Runs of elements in linear memory.

/** The kind of a buffer's typed array. */
export type BufferView = Float32Array | Uint8Array | Int32Array

/**
 * A run of elements in linear memory. `view` is recreated whenever memory has grown: read it when you need it instead
 * of keeping it. Using a buffer after `free()` throws {@link DisposedError}.
 */
export interface Buffer<View extends BufferView> {
  /** The elements, as a typed array on linear memory. */
  readonly view: View
  /** Number of elements. */
  readonly length: number
  /** Byte offset in linear memory. */
  readonly pointer: number
  /**
   * Elements `begin` to `end − 1` as a buffer on the same memory. Do not free this buffer before the last use of that.
   */
  subarray(begin: number, end?: number): Buffer<View>
  /** Frees the memory. Freeing twice is harmless; freeing a subarray does nothing. */
  free(): void
}

/** Single-precision numbers. */
export type F32Buffer = Buffer<Float32Array>
/** Bytes. */
export type U8Buffer = Buffer<Uint8Array>
/** Signed 32-bit integers, such as labels and indices. */
export type I32Buffer = Buffer<Int32Array>
