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
  args?: { name?: string; data?: { frames?: { url: string; processId?: number }[] } }
}

/** Begins to watch; Chromium alone can. */
export const watchTasks = (page: Page): Promise<void> =>
  page.tracing.start({ categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })

/** Milliseconds of the tasks of the page's own thread that took more than 50 since {@link watchTasks}. */
export async function longTasks(page: Page): Promise<number[]> {
  const trace = await page.tracing.stop()
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace)) as { traceEvents: TraceEvent[] }
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  // The trace is of the whole browser, in which other pages, and its own, have such threads too.
  const { origin } = new URL(page.url())
  const own = traceEvents
    .flatMap(({ args }) => args?.data?.frames ?? [])
    .flatMap(({ url, processId }) => (url.startsWith(origin) ? (processId ?? []) : []))
  const main = new Set(
    traceEvents
      .filter(
        ({ name, pid, args }) =>
          name === 'thread_name' && args?.name === 'CrRendererMain' && own.includes(pid),
      )
      .map(threadOf),
  )
  const tasks = traceEvents.filter(
    event => event.ph === 'X' && event.tdur !== undefined && main.has(threadOf(event)),
  )
  expect(tasks.length).toBeGreaterThan(0)
  return tasks.map(({ tdur = 0 }) => tdur / 1000).filter(duration => duration > 50)
}
