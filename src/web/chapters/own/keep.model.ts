// Keeping a network: in the browser, with what has to be known to ask it, and as files. No DOM.
import { signal } from '@preact/signals'
import type { PersistentStorage, StoredEntry } from 'wasmlp/storage'
import { readNote, writeNote } from '../../keeping/notes.ts'
import { type Learned, learned, showLearned } from './learning.model.ts'
import type { Description } from './subject.ts'

export type KeepState =
  | { readonly is: 'resting' }
  | { readonly is: 'saved' | 'loaded' | 'removed'; readonly name: string }
  | { readonly is: 'written'; readonly files: readonly string[] }
  | { readonly is: 'failed'; readonly reason: string }

export const state = signal<KeepState>({ is: 'resting' })
export const name = signal('')
/** What is kept in this browser. */
export const kept = signal<readonly StoredEntry[]>([])

/** Apart from what else the origin keeps. */
const STORAGE = 'wasmlp page: own data'
const noteOf = (entry: string) => `own ${entry}`

let opened: Promise<PersistentStorage> | undefined

async function storage(): Promise<PersistentStorage> {
  opened ??= import('wasmlp/storage').then(({ openStorage }) => openStorage({ name: STORAGE }))
  try {
    return await opened
  } catch (error) {
    opened = undefined
    throw error
  }
}

/** Says what becomes of a task. */
async function tell(task: () => Promise<KeepState>): Promise<void> {
  try {
    state.value = await task()
  } catch (error) {
    state.value = { is: 'failed', reason: String(Object(error).message || error) }
  }
}

/** Finds what is kept, where something was kept before: looking makes a storage. */
export async function recall(): Promise<void> {
  if (readNote('own') === undefined) return
  try {
    kept.value = await (await storage()).models.list()
  } catch {
    // What cannot be read is as if it were not there.
  }
}

const list = async () => {
  kept.value = await (await storage()).models.list()
}

export const save = (): Promise<void> =>
  tell(async () => {
    const { model, description } = required()
    const entry = name.peek().trim()
    await (await storage()).models.save(entry, model)
    writeNote('own', true)
    writeNote(noteOf(entry), description)
    await list()
    return { is: 'saved', name: entry }
  })

export const load = (entry: string): Promise<void> =>
  tell(async () => {
    const description = readNote(noteOf(entry)) as Description | undefined
    if (!description) throw new Error(`the description of "${entry}" is gone`)
    const model = await (await storage()).models.load(entry)
    showLearned({ model, description, test: undefined })
    name.value = entry
    return { is: 'loaded', name: entry }
  })

export const remove = (entry: string): Promise<void> =>
  tell(async () => {
    await (await storage()).models.delete(entry)
    writeNote(noteOf(entry), undefined)
    await list()
    return { is: 'removed', name: entry }
  })

export interface WrittenFile {
  readonly name: string
  readonly bytes: BlobPart
}

export const FORMATS = ['safetensors', 'onnx', 'layersModel', 'columns'] as const
export type Format = (typeof FORMATS)[number]

function required(): Learned {
  const own = learned.peek()
  if (!own) throw new Error('there is no network')
  return own
}

/** The files of a format, by names that fit anywhere. */
export async function filesOf(format: Format): Promise<WrittenFile[]> {
  const { model, description } = required()
  const base = (name.peek().trim() || 'network').replaceAll(/[\\/:*?"<>|\s]+/g, '-')
  switch (format) {
    case 'safetensors':
      return [{ name: `${base}.safetensors`, bytes: new Uint8Array(await model.toSafetensors()) }]
    case 'onnx':
      return [
        { name: `${base}.onnx`, bytes: new Uint8Array(await (await import('wasmlp/formats')).toOnnx(model)) },
      ]
    case 'layersModel': {
      const weightsFile = `${base}.weights.bin`
      const { toLayersModel } = await import('wasmlp/formats')
      const { modelJson, weightData } = await toLayersModel(model, { weightsFile })
      return [
        { name: `${base}.model.json`, bytes: JSON.stringify(modelJson) },
        { name: weightsFile, bytes: weightData },
      ]
    }
    case 'columns':
      return [{ name: `${base}.description.json`, bytes: `${JSON.stringify(description, undefined, 2)}\n` }]
  }
}

/** Writes the files of a format. */
export const write = (format: Format, deliver: (file: WrittenFile) => void): Promise<void> =>
  tell(async () => {
    const files = await filesOf(format)
    for (const file of files) deliver(file)
    return { is: 'written', files: files.map(({ name }) => name) }
  })
