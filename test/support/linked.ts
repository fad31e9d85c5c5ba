// Two ends of a link in one thread, each of whose messages is cloned as it is between two threads.
import { Link, type LinkMessage } from '../../src/engine/link.ts'
import * as errors from '../../src/errors.ts'

/** Remote objects give promises. */
export type Remote<Type> = {
  [Name in keyof Type]: Type[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : Type[Name]
}

/** Links this end to one that offers `root`; gives this end, and what stands for the root here. */
export function connect<Type extends object>(root: Type): { root: Type; link: Link; remote: Remote<Type> } {
  const deliver = (link: () => Link) => (message: LinkMessage) => {
    const copy = structuredClone(message)
    queueMicrotask(() => link().receive(copy))
  }
  const there: Link = new Link(
    root,
    deliver(() => here),
  )
  const here: Link = new Link(
    {},
    deliver(() => there),
    errors,
  )
  return { root, link: here, remote: here.root<Remote<Type>>() }
}
