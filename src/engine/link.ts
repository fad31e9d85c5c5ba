// Lets two threads use each other's objects. Plain data and typed arrays are copied. Class instances, functions, an
// AbortSignal and a Steering stay in their thread; the other thread gets a proxy. Calls become messages, so every
// callable returns a promise there. A callback's result stays in its own thread: the other only learns that it is done,
// or what it has thrown.
//
// Messages arrive in order. What a callback changes (an abort, a pause) is known to the other thread before it learns
// that the callback is done.
import { arrayKindOf, isArrayBuffer } from '../brands.ts'
import { kindOf } from '../describe-value.ts'
import { Steering, type SteeringState } from './steering.ts'
import { makeError, type PlainError, toPlainError } from './thrown.ts'

/** Sends a message to the other thread. */
export type Post = (message: LinkMessage) => void

/** Replaces what stays in its thread. All other objects lack the key `$`. */
type Stand =
  /** An object of the sender's, and its known properties. */
  | { $: 'object'; id: number; properties: object; kind: string }
  | { $: 'error'; id: number; error: PlainError }
  | { $: 'function'; id: number }
  | { $: 'signal'; id: number; reason?: unknown }
  | { $: 'steering'; id: number; state: SteeringState }
  /** An object of the receiver's. */
  | { $: 'yours'; id: number }

/** What goes from one thread to the other. */
export type LinkMessage =
  | { type: 'call'; call: number; id: number; method: string; args: unknown }
  /** With the object's current properties. */
  | { type: 'result' | 'failure'; call: number; value: unknown; properties: object }
  /** A change of a signal or a steering. */
  | { type: 'change'; id: number; value: unknown }
  /** The receiver's object is no longer used. */
  | { type: 'release'; id: number }

/** The object that each thread offers the other from the start. */
const ROOT = 0

/** Properties whose values accompany an object, and each of its answers. */
const PROPERTIES = ['info', 'capabilities', 'samples', 'shuffleBuffer']

type Callable = (this: unknown, ...args: unknown[]) => unknown
type Methods = Record<string, Callable | undefined>

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  readonly scope: Scope
  /** The proxy of the called object. */
  readonly target: object | undefined
}

/** The scope of a call. */
interface Scope {
  /** Runs at its end. */
  readonly ends: (() => void)[]
  /** The signal that was aborted during the call, at an arbitrary moment. */
  aborted?: AbortSignal
  /** The other thread's objects that it uses. */
  readonly objects: object[]
}

const newScope = (): Scope => ({ ends: [], objects: [] })

export class Link {
  /** Called with whether an answer is awaited, whenever that changes. */
  onBusy: ((isBusy: boolean) => void) | undefined
  readonly #post: Post
  readonly #errors: Readonly<Record<string, unknown>>
  /** This thread's objects that the other may name, by number. */
  readonly #own = new Map<number, object>()
  /** Those made for the other thread, which are disposed of when it forgets them. */
  readonly #made = new Set<number>()
  /** The numbers of the other's objects, by proxy. */
  readonly #theirs = new WeakMap<object, number>()
  readonly #garbage = new FinalizationRegistry<number>(id => this.#send({ type: 'release', id }))
  /** Followers of the other's signals and steerings. */
  readonly #followers = new Map<number, (value: unknown) => void>()
  readonly #pending = new Map<number, Pending>()
  /** Callbacks that the other thread awaits. Changes during them are known there before it continues. */
  #serving = 0
  #last = ROOT
  #end: Error | undefined

  /**
   * `root` is what the other thread gets by {@link root}. `errors` are the error classes that are recreated here, by
   * name. Others become an `Error` of that name.
   */
  constructor(root: object, post: Post, errors: Readonly<Record<string, unknown>> = {}) {
    this.#own.set(ROOT, root)
    this.#post = post
    this.#errors = errors
  }

  /** The other thread's root object. */
  root<Root extends object>(): Root {
    return this.#standFor(ROOT, {}, 'Object') as Root
  }

  /** Rejects pending and later calls. */
  close(error: Error): void {
    this.#end ??= error
    for (const call of [...this.#pending.keys()]) this.#settle(call, pending => pending.reject(error))
    this.#own.clear()
  }

  receive(message: LinkMessage): void {
    switch (message.type) {
      case 'call':
        void this.#serve(message)
        break
      case 'result':
      case 'failure':
        this.#settle(message.call, pending => {
          Object.assign(pending.target ?? {}, message.properties)
          const value = this.#decode(message.value)
          if (message.type === 'failure') pending.reject(value)
          else this.#fulfil(pending, value)
        })
        break
      case 'change':
        this.#followers.get(message.id)?.(message.value)
        break
      case 'release': {
        const object = this.#own.get(message.id) as Methods | undefined
        this.#own.delete(message.id)
        if (this.#made.delete(message.id)) object?.dispose?.()
        break
      }
    }
  }

  #call(id: number, method: string, args: unknown[], target?: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#end) throw this.#end
      const call = ++this.#last
      const scope = newScope()
      if (target) scope.objects.push(target)
      this.#pending.set(call, { resolve, reject, scope, target })
      if (this.#pending.size === 1) this.onBusy?.(true)
      try {
        this.#send({ type: 'call', call, id, method, args: this.#encode(args, scope) })
      } catch (error) {
        this.#settle(call, () => reject(error))
      }
    })
  }

  #settle(call: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(call)
    if (!pending) return
    this.#pending.delete(call)
    try {
      how(pending)
    } catch (error) {
      pending.reject(error)
    }
    for (const end of pending.scope.ends) end()
    if (this.#pending.size === 0) this.onBusy?.(false)
  }

  /**
   * A signal aborted during a call rejects the call, as within one thread. Whether the other thread had already
   * finished is a matter of timing.
   */
  #fulfil({ resolve, reject, scope: { aborted } }: Pending, value: unknown): void {
    if (aborted) reject(aborted.reason)
    else resolve(value)
  }

  async #serve({ call, id, method, args }: LinkMessage & { type: 'call' }): Promise<void> {
    const scope = newScope()
    const object = this.#own.get(id) as Methods | Callable | undefined
    const answer = (type: 'result' | 'failure', value: unknown) =>
      this.#send({ type, call, value, properties: propertiesOf(object) })
    this.#serving += 1
    try {
      const given = this.#decode(args, scope) as unknown[]
      const isFunction = typeof object === 'function'
      const callable = isFunction ? object : object?.[method]
      if (!callable) throw new Error(`internal error: the object ${id} has no ${method}`)
      const value = await callable.apply(object, given)
      answer('result', isFunction ? undefined : this.#encode(value))
    } catch (error) {
      try {
        answer('failure', this.#encodeThrown(error))
      } catch (problem) {
        answer('failure', this.#encodeThrown(new Error(`${toPlainError(error)?.message} (${problem})`)))
      }
    }
    this.#serving -= 1
    for (const end of scope.ends) end()
  }

  #send(message: LinkMessage): void {
    if (!this.#end) this.#post(message)
  }

  /** A number for an object of this thread; with a scope, as long as that lasts. */
  #number(object: object, scope?: Scope): number {
    const id = ++this.#last
    this.#own.set(id, object)
    scope?.ends.push(() => this.#own.delete(id))
    return id
  }

  #encode(value: unknown, scope?: Scope): unknown {
    if (typeof value === 'function') return { $: 'function', id: this.#number(value, scope) } satisfies Stand
    if (typeof value === 'symbol') return this.#encodeThrown(value)
    if (typeof value !== 'object' || value === null) return value
    if (isCloneable(value)) return alone(value)
    const theirs = this.#theirs.get(value)
    if (theirs !== undefined) {
      scope?.objects.push(value)
      return { $: 'yours', id: theirs } satisfies Stand
    }
    if (isPlain(value)) return mapValues(value, item => this.#encode(item, scope))
    if ('throwIfAborted' in value) return this.#encodeSignal(value as AbortSignal, scope)
    if (value instanceof Steering) {
      const id = this.#number(value, scope)
      value.onChange = state => this.#send({ type: 'change', id, value: state })
      return { $: 'steering', id, state: value.state } satisfies Stand
    }
    if (/^(Error|DOMException)$/.test(kindOf(value))) return this.#encodeThrown(value)
    const id = this.#number(value, scope)
    if (!scope) this.#made.add(id)
    return { $: 'object', id, properties: propertiesOf(value), kind: kindOf(value) } satisfies Stand
  }

  #encodeSignal(signal: AbortSignal, scope: Scope | undefined): Stand {
    const id = this.#number(signal, scope)
    if (signal.aborted) return { $: 'signal', id, reason: this.#encodeThrown(signal.reason) }
    const tell = () => {
      if (scope && this.#serving === 0) scope.aborted ??= signal
      this.#send({ type: 'change', id, value: this.#encodeThrown(signal.reason) })
    }
    signal.addEventListener('abort', tell)
    scope?.ends.push(() => signal.removeEventListener('abort', tell))
    return { $: 'signal', id }
  }

  /** A thrown value comes back as itself if the other thread rethrows it. */
  #encodeThrown(value: unknown): unknown {
    if (!isObject(value) || value === null) return value
    const theirs = this.#theirs.get(value as object)
    if (theirs !== undefined) return { $: 'yours', id: theirs } satisfies Stand
    const id = this.#number(value as object)
    const error = toPlainError(value)
    return error ? { $: 'error', id, error } : { $: 'object', id, properties: {}, kind: 'Object' }
  }

  #decode(value: unknown, scope?: Scope): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (isCloneable(value)) return value
    if (!('$' in value)) return mapValues(value, item => this.#decode(item, scope))
    const stand = value as Stand
    const { id } = stand
    switch (stand.$) {
      case 'yours':
        return this.#own.get(id)
      case 'function':
        return (...args: unknown[]) => this.#call(id, '', args)
      case 'object':
        return this.#standFor(id, stand.properties, stand.kind, scope)
      case 'error':
        return this.#remember(id, makeError(stand.error, this.#errors))
      case 'signal': {
        const controller = new AbortController()
        const follow = (reason: unknown) => controller.abort(this.#decode(reason))
        if ('reason' in stand) follow(stand.reason)
        else this.#follow(id, follow, scope)
        return controller.signal
      }
      case 'steering': {
        const steering = new Steering()
        steering.set(stand.state)
        this.#follow(id, state => steering.set(state as SteeringState), scope)
        return steering
      }
    }
  }

  #follow(id: number, follower: (value: unknown) => void, scope: Scope | undefined): void {
    this.#followers.set(id, follower)
    scope?.ends.push(() => this.#followers.delete(id))
  }

  /** The proxy of an object of the other thread. */
  #standFor(id: number, properties: object, kind: string, scope?: Scope): object {
    const stand: object = this.#remember(
      id,
      new Proxy(Object.assign(new Remote(kind), properties), {
        get: (target, name) => {
          if (name in target || typeof name === 'symbol' || NO_METHODS.includes(name))
            return Reflect.get(target, name)
          return (...args: unknown[]) => {
            const answer = this.#call(id, name, args, stand)
            if (name === 'dispose') answer.catch(() => {}) // Its thread is gone, and so is it.
            return answer
          }
        },
      }),
      scope,
    )
    return stand
  }

  /** The other thread keeps its object until the scope ends or, without one, until the proxy is garbage-collected. */
  #remember<Type extends object>(id: number, stand: Type, scope?: Scope): Type {
    this.#theirs.set(stand, id)
    if (!scope) this.#garbage.register(stand, id)
    return stand
  }
}

/**
 * The proxy of an object of the other thread. It has a class, since it is not plain data: on another link it stays
 * here.
 */
class Remote {
  readonly #kind: string

  constructor(kind: string) {
    this.#kind = kind
  }

  /** What messages call it. */
  get [Symbol.toStringTag](): string {
    return this.#kind
  }
}

/** Properties that the language reads on all objects. */
const NO_METHODS: readonly string[] = ['then', 'toJSON']

/** The known properties of an object. */
function propertiesOf(object: object = {}): object {
  const known = PROPERTIES.filter(name => name in object)
  return Object.fromEntries(known.map(name => [name, (object as Record<string, unknown>)[name]]))
}

/** Whether it may need another form in the other thread. */
const isObject = (value: unknown): boolean => ['object', 'function', 'symbol'].includes(typeof value)

/** A copy of an array or a plain object, with other values. */
function mapValues(values: object, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(values)) return values.some(isObject) ? values.map(change) : values
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]))
}

/** Whether it is an array or a plain object, of this realm or another. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Whether a copy serves the other thread equally well. */
const isCloneable = (value: object): value is ArrayBufferView | ArrayBuffer =>
  ArrayBuffer.isView(value) || isArrayBuffer(value)

/** What is cloned: shared memory is not available to every worker, and a view would copy its whole buffer. */
function alone(value: ArrayBufferView | ArrayBuffer): unknown {
  if (!arrayKindOf(value)) return value
  const { buffer, byteLength } = value as Uint8Array
  const isWhole = isArrayBuffer(buffer) && byteLength === buffer.byteLength
  return isWhole ? value : Uint8Array.prototype.slice.call(value)
}
