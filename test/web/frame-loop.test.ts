// The loop of frames, with a clock and frames of the test's own.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let now = 0
let frames: FrameRequestCallback[] = []
beforeEach(() => {
  vi.resetModules()
  now = 0
  frames = []
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame))
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function nextFrame(): void {
  for (const frame of frames.splice(0)) frame(now)
}

test('drawings that take long have a frame each, in their order, and none is forgotten', async () => {
  const { inNextFrame, inEachFrame } = await import('../../src/web/parts/frame-loop.ts')
  const drawn: string[] = []
  const draw = (name: string, milliseconds: number) => () => {
    drawn.push(name)
    now += milliseconds
  }
  const [first, second] = [draw('first', 20), draw('second', 20)]
  const third = draw('third', 1)
  const stop = inEachFrame(draw('each', 1))
  for (const task of [first, second, third]) inNextFrame(task)
  nextFrame()
  expect(drawn).toEqual(['first', 'each'])
  // Asked for again, it comes after those that wait.
  inNextFrame(first)
  nextFrame()
  nextFrame()
  expect(drawn).toEqual(['first', 'each', 'second', 'each', 'third', 'first', 'each'])
  stop()
  nextFrame()
  expect(frames).toEqual([])
})

test('short drawings share a frame; what is asked for in it has the next', async () => {
  const { inNextFrame } = await import('../../src/web/parts/frame-loop.ts')
  const drawn: string[] = []
  inNextFrame(() => {
    drawn.push('first')
    inNextFrame(() => drawn.push('third'))
  })
  inNextFrame(() => drawn.push('second'))
  nextFrame()
  expect(drawn).toEqual(['first', 'second'])
  nextFrame()
  expect(drawn).toEqual(['first', 'second', 'third'])
})

test('before the page is printed, all is drawn at once', async () => {
  const { drawNow, inNextFrame } = await import('../../src/web/parts/frame-loop.ts')
  let drawn = 0
  for (let i = 0; i < 3; ++i) {
    inNextFrame(() => {
      drawn += 1
      now += 100
    })
  }
  drawNow()
  expect(drawn).toBe(3)
})
