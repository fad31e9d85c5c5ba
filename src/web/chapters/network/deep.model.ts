// A deep network with random weights, and what the package's collapse makes of it: 4 → 8 → 8 → 2 has 130 parameters, the
// layer that equals it has 10.
import { batch, computed, effect, type Signal, signal } from '@preact/signals'
import {
  type ActivationName,
  collapse,
  dense,
  type LayerParameters,
  type Sequential,
  sequential,
} from 'wasmlp'

const INPUTS = 4
const OUTPUTS = 2
export const MOST_SEED = 9999
export const HIDDEN_LAYERS = { least: 0, most: 4 } as const
export const HIDDEN_UNITS = { least: 1, most: 12 } as const
/** The sample that goes through both networks. */
export const SAMPLE: readonly number[] = [0.5, -1, 2, 0.25]
/** Between the layers. */
export const ACTIVATIONS = ['identity', 'relu'] as const satisfies readonly ActivationName[]

export interface DeepSettings {
  readonly hiddenLayers: number
  readonly hiddenUnits: number
  readonly activation: (typeof ACTIVATIONS)[number]
  readonly seed: number
}

/** The chapter's network. */
const INITIAL: DeepSettings = { hiddenLayers: 2, hiddenUnits: 8, activation: 'identity', seed: 1 }

/** A network as the picture shows it. */
export interface Portrait {
  /** Units of all layers, the input first. */
  readonly sizes: readonly number[]
  readonly parameters: readonly LayerParameters[]
  readonly parameterCount: number
  /** Its outputs for {@link SAMPLE}. */
  readonly outputs: readonly number[]
}

export interface Collapse {
  readonly settings: DeepSettings
  readonly deep: Portrait
  readonly one: Portrait
  /** Dense layers that went into others. */
  readonly folded: number
  /** Between the outputs of both, over so many random samples. */
  readonly difference: { readonly samples: number; readonly relative: number }
}

export class Deep {
  readonly hiddenLayers = signal(INITIAL.hiddenLayers)
  readonly hiddenUnits = signal(INITIAL.hiddenUnits)
  readonly activation: Signal<DeepSettings['activation']> = signal(INITIAL.activation)
  readonly seed = signal(INITIAL.seed)
  /** The last that was computed; undefined before the first. */
  readonly result = signal<Collapse | undefined>(undefined)
  readonly failure = signal<unknown>(undefined)
  readonly #settings = computed(() => ({
    hiddenLayers: this.hiddenLayers.value,
    hiddenUnits: this.hiddenUnits.value,
    activation: this.activation.value,
    seed: this.seed.value,
  }))
  #isBusy = false

  /** Computes, and again whenever a setting changes, until the function that this returns is called. */
  follow(): () => void {
    return effect(() => {
      this.#settings.value
      void this.#compute()
    })
  }

  /** One network at a time: a slider asks for many. */
  async #compute(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    for (;;) {
      const settings = this.#settings.peek()
      try {
        const result = await collapsed(settings)
        batch(() => {
          this.result.value = result
          this.failure.value = undefined
        })
      } catch (error) {
        this.failure.value = error
      }
      if (settings === this.#settings.peek()) break
    }
    this.#isBusy = false
  }
}

async function collapsed(settings: DeepSettings): Promise<Collapse> {
  const { hiddenLayers, hiddenUnits, activation, seed } = settings
  const biasInitializer = { name: 'uniform', limit: 1 } as const
  const hidden = Array.from({ length: hiddenLayers }, () =>
    dense(hiddenUnits, { activation, biasInitializer }),
  )
  const layers = [...hidden, dense(OUTPUTS, { biasInitializer })]
  const deep = await sequential(layers, { inputSize: INPUTS, seed, build: 'simd' })
  try {
    const { model: one, folded, difference } = await collapse(deep)
    try {
      return { settings, deep: await portray(deep), one: await portray(one), folded, difference }
    } finally {
      one.dispose()
    }
  } finally {
    deep.dispose()
  }
}

async function portray(model: Sequential): Promise<Portrait> {
  const parameters = await model.getParameters()
  const [outputs = new Float32Array()] = await model.predict([[...SAMPLE]])
  return {
    sizes: [model.inputSize, ...parameters.map(({ bias }) => bias.length)],
    parameters,
    parameterCount: model.parameterCount,
    outputs: [...outputs],
  }
}
