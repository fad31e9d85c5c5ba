// How a kernel's work is divided among threads. Each output element belongs to one thread, and its arithmetic does not
// depend on how many there are. So any number of threads gives the same bits.

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

/** Claims the next unit for a thread: of its own share, and when that is used up, of those who are slower. −1: none. */
function claim(units: i32, thread: i32, threads: i32, claims: usize): i32 {
  for (let i = 0; i < threads; ++i) {
    let owner = thread + i;
    if (owner >= threads) owner -= threads;
    const first = firstOf(units, owner, threads);
    const count = firstOf(units, owner + 1, threads) - first;
    const word = claims + (<usize>owner << 6);
    if (atomic.load<i32>(word) >= count) continue;
    const unit = atomic.add<i32>(word, 1);
    if (unit < count) return first + unit;
  }
  return -1;
}

/** The next unit of those that a word counts, for whoever asks first. */
// @ts-ignore: decorator
@inline
export function take(word: usize): i32 {
  if (ASC_FEATURE_THREADS) return atomic.add<i32>(word, 1);
  const unit = load<i32>(word);
  store<i32>(word, unit + 1);
  return unit;
}

/**
 * The unit that `thread` computes after `unit`, or its first after −1; −1 behind the last. `claims` are words, 64 bytes
 * apart, in which the threads count what they have taken of each share. Without them (0) each thread keeps to its own
 * share. Who computes a unit changes nothing in it.
 */
// @ts-ignore: decorator
@inline
export function nextUnit(unit: i32, units: i32, thread: i32, threads: i32, claims: usize): i32 {
  if (ASC_FEATURE_THREADS) if (claims != 0) return claim(units, thread, threads, claims);
  const next = unit < 0 ? firstOf(units, thread, threads) : unit + 1;
  return next < firstOf(units, thread + 1, threads) ? next : -1;
}
