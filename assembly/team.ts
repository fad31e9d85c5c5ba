// How the threads of a team hand over work and wait for each other, in the builds whose memory is shared.
//
// A team's first bytes in linear memory, each word in a cache line of its own:
//     0  generation  i32, counts the commands: a change tells the workers to compute their share of the next
//    64  pending     i32, workers that have not finished their share; below 0 once a worker has failed
//   128  sleepers    i32, workers that wait in the operating system rather than in a loop
//   132  over        i32, 1 when the workers shall leave
//   136  spare       i32, 1 while there is work for workers that wait for a command
//   192  claims      i32 for each thread: the units taken of its share (share.ts)
// Whoever waits looks at the word `spins` times before it sleeps, and sleeps no longer than it is told.

// @ts-ignore: decorator
@inline
const PENDING: usize = 64;
// @ts-ignore: decorator
@inline
const SLEEPERS: usize = 128;
// @ts-ignore: decorator
@inline
const OVER: usize = 132;
// @ts-ignore: decorator
@inline
const SPARE: usize = 136;
// @ts-ignore: decorator
@inline
const CLAIMS: usize = 192;

/** Gives the workers, `workers` of them, the next command. Everything stored before is seen by them. */
export function start(team: usize, workers: i32): void {
  for (let thread = 0; thread <= workers; ++thread) store<i32>(team + CLAIMS + (<usize>thread << 6), 0);
  atomic.store<i32>(team + PENDING, workers);
  atomic.add<i32>(team, 1);
  // A worker counts itself as a sleeper before it looks at the generation for the last time: none is missed.
  if (atomic.load<i32>(team + SLEEPERS) > 0) atomic.notify(team, -1);
}

/** Waits for a generation other than `seen`, or for `milliseconds`; returns the generation. */
export function awaitStart(team: usize, seen: i32, spins: i32, milliseconds: i32): i32 {
  for (let i = 0; i < spins; ++i) {
    const generation = atomic.load<i32>(team);
    if (generation != seen) return generation;
  }
  atomic.add<i32>(team + SLEEPERS, 1);
  atomic.wait<i32>(team, seen, <i64>milliseconds * 1000000);
  atomic.sub<i32>(team + SLEEPERS, 1);
  return atomic.load<i32>(team);
}

/** Tells the workers whether there is work for those that wait. */
export function setSpareWork(team: usize, isThere: bool): void {
  atomic.store<i32>(team + SPARE, isThere ? 1 : 0);
}

/** Whether there is such work, and no generation other than `seen`, though it was looked for `spins` times. */
export function hasSpareWork(team: usize, seen: i32, spins: i32): bool {
  if (atomic.load<i32>(team + SPARE) == 0) return false;
  for (let i = 0; i < spins; ++i) {
    if (atomic.load<i32>(team) != seen) return false;
  }
  return atomic.load<i32>(team) == seen;
}

/** A worker has computed its share. */
export function finish(team: usize): void {
  if (atomic.sub<i32>(team + PENDING, 1) == 1) atomic.notify(team + PENDING, -1);
}

/** A worker has failed: whoever waits for the workers is told. What others finish afterwards keeps it below 0. */
export function fail(team: usize): void {
  atomic.store<i32>(team + PENDING, -0x40000000);
  atomic.notify(team + PENDING, -1);
}

/** Tells the workers to leave, and whoever waits for them that they do. */
export function end(team: usize): void {
  atomic.store<i32>(team + OVER, 1);
  atomic.add<i32>(team, 1);
  atomic.notify(team, -1);
  fail(team);
}

/** Whether the workers shall leave. */
export function isOver(team: usize): bool {
  return atomic.load<i32>(team + OVER) != 0;
}

/**
 * Waits until every worker has finished or one has failed, or for `milliseconds`; with 0 it does not sleep at all.
 * Returns how many have not finished, or a number below 0 after a failure.
 */
export function awaitFinish(team: usize, spins: i32, milliseconds: i32): i32 {
  for (let i = 0; i < spins; ++i) {
    const pending = atomic.load<i32>(team + PENDING);
    if (pending <= 0) return pending;
  }
  const pending = atomic.load<i32>(team + PENDING);
  if (milliseconds > 0 && pending > 0) {
    atomic.wait<i32>(team + PENDING, pending, <i64>milliseconds * 1000000);
    return atomic.load<i32>(team + PENDING);
  }
  return pending;
}
