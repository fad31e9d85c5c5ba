// A link to a run: its settings are in the address, and with them an epoch and what the weights were after it. Who opens the
// link trains, and is told whether the same weights came out. No DOM.
import { batch, computed, effect, signal, untracked } from '@preact/signals'
import { type BuildName, capabilities } from 'wasmlp'
import { textField } from '../../address.ts'
import { presentNetwork } from './kept-training.model.ts'
import { buildChoice, buildName, network, seed } from './network.model.ts'
import {
  epochs,
  epochTasks,
  images,
  isBusy,
  isTraining,
  learningRate,
  rates,
  status,
  targetEpoch,
  weightsHash,
} from './training-state.model.ts'
import { weightsHash as hashOf } from './weights-hash.ts'

/** Hexadecimal digits of the weights' SHA-256 that are in the address. */
const DIGITS = 16

/** In the address: 0 and empty where its settings do not give what is shown. */
export const linkedEpoch = signal(0)
export const linkedWeights = signal('')

/** The build of the kernels and the first digits of the hash, such as `simd-0123456789abcdef`. */
export const linkedWeightsField = textField(/^(simd|relaxed)-[0-9a-f]{16}$/, 'simd-0123456789abcdef')

/** What an address says of a run. */
interface Run {
  readonly epoch: number
  readonly build: BuildName
  /** The first digits of the weights' hash. */
  readonly weights: string
  readonly settings: string
}

export type Repetition =
  | { is: 'none' | 'linked' }
  /** Not trained so far yet, or too far already. */
  | { is: 'asked' | 'passed'; epoch: number; weights: string; lacks: BuildName | undefined }
  | { is: 'same'; epoch: number }
  /** The training that is kept here has come just so far. */
  | { is: 'kept-same'; epoch: number }
  | { is: 'kept-other'; epoch: number; weights: string }
  | { is: 'other'; epoch: number; isRelaxed: boolean }

/** What the link that was opened promises, and what came of it. */
const asked = signal<Run | undefined>(undefined)
const outcome = signal<'same' | 'other' | undefined>(undefined)

/** Whether the training that is kept has the weights of that run. */
const ofKept = signal<{ run: Run; isSame: boolean } | undefined>(undefined)

/** The run that is shown, once it has ended, where its settings give it again. */
const shown = signal<Run | undefined>(undefined)

/** What this page has written into the address. */
const NOTHING = { epoch: 0, text: '' }
let own = NOTHING

const settings = () => JSON.stringify([images.value, seed.value, learningRate.value])

/** Whether one learning rate led to what is shown. */
const isSteady = () => images.value !== 'own' && rates.value.length === 1

export const repetition = computed<Repetition>(() => {
  const run = asked.value
  if (run?.settings !== settings()) return { is: shown.value?.settings === settings() ? 'linked' : 'none' }
  const { epoch, weights, build } = run
  if (outcome.value === 'same') return { is: 'same', epoch }
  if (outcome.value === 'other') return { is: 'other', epoch, isRelaxed: buildName() === 'relaxed' }
  if (rates.value.length > 1) return { is: 'none' }
  const done = epochs.value.at(-1)?.epoch ?? 0
  const isPassed = !isBusy.value && done >= epoch
  if (isPassed && done === epoch && ofKept.value?.run === run)
    return ofKept.value.isSame ? { is: 'kept-same', epoch } : { is: 'kept-other', epoch, weights }
  const lacks = build === buildName() ? undefined : build
  return { is: isPassed ? 'passed' : 'asked', epoch, weights, lacks }
})

// What a link promises.
effect(() => {
  const [epoch, text] = [linkedEpoch.value, linkedWeights.value]
  if (own.epoch === epoch && own.text === text) return
  const [build, weights = ''] = text.split('-')
  untracked(() =>
    batch(() => {
      outcome.value = undefined
      asked.value = undefined
      if (epoch === 0 || (build !== 'simd' && build !== 'relaxed')) return
      if (build === 'simd' || capabilities().relaxedSimd) buildChoice.value = build
      targetEpoch.value = epoch
      asked.value = { epoch, build, weights, settings: settings() }
    }),
  )
})

// What came out, as soon as it is there: the training may go on from it.
epochTasks.add(async () => {
  const run = asked.peek()
  const model = network.peek()
  if (!run || !model || epochs.peek().at(-1)?.epoch !== run.epoch) return
  if (outcome.peek() || run.settings !== settings() || !isSteady()) return
  const hash = await hashOf(await model.getParameters())
  if (hash !== undefined) outcome.value = hash.startsWith(run.weights) ? 'same' : 'other'
})

// What is kept may be that run: as after a reload, or where the link was trained before.
effect(() => {
  const [run, kept] = [asked.value, status.value]
  if (!run || kept.is !== 'stored' || kept.epoch !== run.epoch || kept.iteration > 0) return
  if (run.settings === settings() && isSteady()) untracked(() => compareKept(run))
})

async function compareKept(run: Run): Promise<void> {
  const model = await presentNetwork()
  // A training that was begun meanwhile is compared as it comes there.
  if (isTraining() || status.peek().is !== 'stored') return
  const hash = await hashOf(await model.getParameters())
  if (hash !== undefined && asked.peek() === run) ofKept.value = { run, isSame: hash.startsWith(run.weights) }
}

// What a training has come to.
effect(() => {
  const hash = weightsHash.value
  untracked(() => {
    const epoch = epochs.peek().at(-1)?.epoch
    const isRepeatable = hash !== undefined && epoch !== undefined && isSteady()
    const weights = hash?.slice(0, DIGITS) ?? ''
    shown.value = isRepeatable ? { epoch, build: buildName(), weights, settings: settings() } : undefined
  })
})

// The address is that of what is shown, or else what it promises, as long as the settings are those.
effect(() => {
  const runs = [shown.value, outcome.value === 'other' ? undefined : asked.value]
  const run = runs.find(run => run?.settings === settings())
  untracked(() => {
    own = run ? { epoch: run.epoch, text: `${run.build}-${run.weights}` } : NOTHING
    batch(() => {
      linkedEpoch.value = own.epoch
      linkedWeights.value = own.text
      // Which kernels computed it is part of it.
      if (shown.peek() === run && run) buildChoice.value = run.build
    })
  })
})
