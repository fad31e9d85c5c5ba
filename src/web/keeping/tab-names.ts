// Which tab keeps what: of the tabs of a browser, one at a time has a name. The browser's locks tell; where it has none, as
// over plain http, the tabs ask each other.

/** Milliseconds in which a tab that has the name answers. */
const PATIENCE = 250

/**
 * Takes a name for this tab, until the function is called that this gives. Undefined where another tab has it. Where tabs
 * cannot tell each other, nobody is asked. Never rejects.
 */
export async function takeName(name: string): Promise<(() => void) | undefined> {
  const full = `wasmlp-page ${name}`
  try {
    return await lock(full)
  } catch {
    // No locks: no secure context, or no origin.
  }
  try {
    return await askTabs(full)
  } catch {
    return () => {}
  }
}

function lock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const take = (lock: unknown) => {
      if (lock === null) return resolve(undefined)
      return new Promise<void>(release => resolve(release))
    }
    navigator.locks.request(name, { ifAvailable: true }, take).catch(reject)
  })
}

/** A tab asks for a name, with a number of its own; or a tab answers that it has it, to the one with that number. */
type Message = { asks: number } | { refuses: number }

/** As {@link takeName}. A tab that was closed or has crashed answers no more, and so has nothing. */
export function askTabs(name: string): Promise<(() => void) | undefined> {
  const channel = new BroadcastChannel(name)
  const say = (message: Message) => channel.postMessage(message)
  const own = Math.random()
  return new Promise(resolve => {
    let isOwner = false
    const yieldName = () => {
      clearTimeout(timer)
      channel.close()
      resolve(undefined)
    }
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if ('refuses' in data) {
        if (data.refuses === own) yieldName()
      } else if (isOwner || own < data.asks) say({ refuses: data.asks })
      // Both ask at once: the lower number goes first.
      else yieldName()
    }
    const timer = setTimeout(() => {
      isOwner = true
      resolve(() => channel.close())
    }, PATIENCE)
    say({ asks: own })
  })
}
