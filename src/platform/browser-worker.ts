// The platform services in browsers for a worker.
import type { ScriptSource } from './asset-urls.ts'

/** What {@link holdLife} has given. */
export let heldLife: string | undefined

/**
 * A browser says nothing when it ends a worker, but gives its locks to the next who wants them. Not all pages may have
 * locks: those without a secure context have none, and those without an origin, as in a sandboxed frame, are refused.
 */
export async function holdLife(): Promise<string | undefined> {
  if (!navigator.locks) return undefined
  const life = `wasmlp ${crypto.randomUUID()}`
  return new Promise(resolve => {
    const hold = () => {
      heldLife = life
      resolve(life)
      return new Promise(() => {})
    }
    navigator.locks.request(life, hold).catch(() => resolve(undefined))
  })
}

/** Where a script can be had: it is to be revoked. */
export const urlOf = (script: ScriptSource): string =>
  typeof script === 'string'
    ? URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
    : script.url

export function runScript(script: ScriptSource): void {
  const url = urlOf(script)
  ;(globalThis as unknown as { importScripts(url: string): void }).importScripts(url)
  URL.revokeObjectURL(url)
}

export function listenToHost<Message extends object>(
  onMessage: (message: Message) => void,
): (message: unknown) => void {
  const scope = globalThis as unknown as Worker
  scope.onmessage = ({ data }) => onMessage(data)
  scope.onmessageerror = () => {
    throw new Error('unreadable message') // and whoever waits for an answer is told
  }
  return message => scope.postMessage(message)
}
