// The package in Next.js with its own settings: a server component trains for each request, a client component in the
// browser, both to the bits that Node gives.
import type { Browser } from 'playwright'
import { afterAll, beforeAll, inject, test } from 'vitest'
import { launchBrowser, readPage } from './page.ts'
import { createProject, tool, toolVersion } from './project.ts'
import { expectTrained } from './result.ts'

const next = tool('next/dist/bin/next')
let browser: Browser
let stop: (() => void) | undefined
let server: string
let client: string

beforeAll(async () => {
  browser = await launchBrowser()
  const { run, serve } = await createProject('next', inject('tarball'))
  await run(process.execPath, next, 'build')
  const started = await serve(process.execPath, next, 'start', '--port', '0')
  stop = () => started.process.kill()
  ;[server = '', client = ''] = await readPage(browser, started.url, '#server', '#result')
}, 240_000)

afterAll(async () => {
  stop?.()
  await browser?.close()
})

test(`Next.js ${toolVersion('next')}, server`, context => {
  expectTrained(context, server)
})

test(`Next.js ${toolVersion('next')}, client`, context => {
  expectTrained(context, client)
})
