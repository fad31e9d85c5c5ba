// How a kernel's work is divided among threads: each output element belongs to one thread, whose arithmetic does not
// depend on how many there are. So the same bits come out of any number of threads.

/** The first of the units, out of `units`, that `thread` computes; its last stands before the next thread's first. */
// @ts-ignore: decorator
@inline
export function firstOf(units: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>units * <i64>thread) / <i64>threads);
}

/** The first of `n` elements that `thread` computes, where they are divided in blocks of `block`. */
// @ts-ignore: decorator
@inline
export function firstElement(n: i32, block: i32, thread: i32, threads: i32): i32 {
  return min(n, firstOf((n + block - 1) / block, thread, threads) * block);
}
