// Long tasks of a page's thread, from a trace of Chromium, by the processor's time: whatever else the machine does.
import type { Page } from 'puppeteer-core'
import { expect } from 'vitest'

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds of the processor. */
  tdur?: number
  args?: { name?: string }
}

/** Begins to watch; Chromium alone can. */
export const watchTasks = (page: Page): Promise<void> =>
  page.tracing.start({ categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })

/**
 * A page should have none of more than 50 ms, which `npm run bench:page` counts. A processor that others share takes twice
 * the time and more for the same task, so that a test can only find what is far beyond.
 */
const LONG = 250

/** Milliseconds of the tasks of pages' main threads that took far too long since {@link watchTasks}. */
export async function longTasks(page: Page): Promise<number[]> {
  const trace = await page.tracing.stop()
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace)) as { traceEvents: TraceEvent[] }
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  )
  const tasks = traceEvents.filter(
    event => event.ph === 'X' && event.tdur !== undefined && main.has(threadOf(event)),
  )
  expect(tasks.length).toBeGreaterThan(0)
  return tasks.map(({ tdur = 0 }) => tdur / 1000).filter(duration => duration > LONG)
}
