// A server of files, on a port of its own.
import { createReadStream, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.gz': 'application/gzip',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}

/** Answers a request itself, by giving true, or leaves it to the files. */
export type Interception = (request: IncomingMessage, response: ServerResponse, path: string) => boolean

export interface StaticServer {
  /** Without a slash at its end. */
  readonly url: string
  /** Paths that were asked for. */
  readonly requests: string[]
  close(): Promise<void>
}

/** Serves folders, each under a prefix of the path such as `/` or `/dist/`; the longest that fits is taken. */
export async function serve(
  folders: Readonly<Record<string, string>>,
  intercept: Interception = () => false,
): Promise<StaticServer> {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length)
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    requests.push(path)
    if (intercept(request, response, path)) return
    const prefix = prefixes.find(prefix => path.startsWith(prefix))
    const file =
      prefix !== undefined &&
      join(
        folders[prefix] ?? '',
        path.slice(prefix.length).replace(/\/?$/, end => (path.endsWith('/') ? 'index.html' : end)),
      )
    if (!file || path.includes('..') || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end('not found')
      return
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
    createReadStream(file).pipe(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
