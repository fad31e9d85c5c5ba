// What `npm run page` prints and who can reach it: this computer alone, unless it is told otherwise.
import { networkInterfaces } from 'node:os'
import { join, resolve } from 'node:path'
import { createLogger, type PreviewServer, preview } from 'vite'
import { afterEach, expect, test, vi } from 'vitest'

const web = resolve(import.meta.dirname, '../../src/web')

let server: PreviewServer | undefined
afterEach(() => server?.close())

/** Starts it; what it prints. */
async function printed(host?: true): Promise<string> {
  const logger = createLogger('info', { allowClearScreen: false })
  const lines: string[] = []
  vi.spyOn(logger, 'info').mockImplementation(line => lines.push(line))
  server = await preview({
    configFile: join(web, 'vite.config.ts'),
    root: web,
    customLogger: logger,
    preview: { port: 0, ...(host && { host }) },
  })
  server.printUrls()
  return lines.join('\n')
}

/** Addresses of this computer in networks. */
const outer = Object.values(networkInterfaces()).flatMap((addresses = []) =>
  addresses.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
)

const address = () => server?.httpServer.address()

test('it listens to this computer alone, and says how a phone reaches it', async () => {
  const text = await printed()
  for (const ip of outer) expect(text).not.toContain(ip)
  expect(text).toContain('npm run page -- --host')
  expect(['127.0.0.1', '::1']).toContain(Object(address()).address)
})

test('with --host it prints its addresses in networks, and what plain http lacks there', async () => {
  const text = await printed(true)
  for (const ip of outer) expect(text).toContain(`http://${ip}:`)
  if (outer.length > 0) expect(text).toContain('computes no SHA-256')
  expect(['0.0.0.0', '::']).toContain(Object(address()).address)
})
