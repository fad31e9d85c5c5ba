// What a screen reader is told: at most twice a second, by a clock that the test moves.
import { signal } from '@preact/signals'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { followCalmly } from '../../src/web/parts/live.tsx'

/** Milliseconds. */
let now = 0
beforeEach(() => {
  now = 0
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Time goes by. Timers come late by as much as the thread is held first. */
function pass(milliseconds: number, { held = 0 } = {}): void {
  now += held
  for (let i = 0; i < milliseconds; ++i) {
    ++now
    vi.advanceTimersByTime(1)
  }
}

/** A signal, and what is told of it: when, and which value. */
function follow() {
  const source = signal(0)
  const told: (readonly [time: number, value: number])[] = []
  const stop = followCalmly(source, value => told.push([now, value]))
  return { source, told, stop }
}

test('the first value at once, then one each half second, and the last one', () => {
  const { source, told } = follow()
  for (let value = 1; value <= 100; ++value) {
    pass(30)
    source.value = value
  }
  pass(1000)
  const times = [0, 500, 1000, 1500, 2000, 2500, 3000, 3500]
  expect(told).toEqual(times.map((time, i) => [time, [0, 16, 33, 49, 66, 83, 99, 100][i]]))
})

test('a timer that comes late is not followed by another value at once', () => {
  const { source, told } = follow()
  pass(100)
  source.value = 1 // a timer is set, for 500
  pass(10, { held: 700 })
  source.value = 2 // at once: the timer is overdue
  pass(450)
  source.value = 3
  pass(1000)
  expect(told).toEqual([
    [0, 0],
    [810, 2],
    [1310, 3],
  ])
})

test('nothing is told after its end', () => {
  const { source, told, stop } = follow()
  source.value = 1
  stop()
  source.value = 2
  pass(1000)
  expect(told).toEqual([[0, 0]])
})
