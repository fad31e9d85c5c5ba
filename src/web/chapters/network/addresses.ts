// What the chapter writes in the page's address.
import { type Field, inAddress, nameField, numberField, textField } from '../../address.ts'
import { HIDDEN_LAYERS, HIDDEN_UNITS, MOST_SEED } from './deep.model.ts'
import { layersField } from './layers-field.ts'
import { RANGE } from './line.model.ts'
import { NETWORKS } from './pipeline-training.ts'
import { MOST_EPOCHS } from './plane-link.model.ts'
import { BATCH_SIZES, LEARNING_RATES, OPTIMIZERS, SOURCES } from './plane-settings.ts'
import { deep, line, pipeline, plane, planeLink } from './state.ts'

/** One of some numbers. */
function oneOf(numbers: readonly number[]): Field<number> {
  return {
    parse: text => numbers.find(number => String(number) === text),
    format: String,
    expected: numbers.join(', '),
  }
}

/** Binds the exhibits' settings. To be called once. */
export function bindAddress(): void {
  const slope = numberField(RANGE.least, RANGE.most)
  inAddress('network.w', line.w, slope)
  inAddress('network.b', line.b, slope)
  inAddress('network.stages', pipeline.network, nameField(...NETWORKS))
  inAddress('network.depth', deep.hiddenLayers, numberField(HIDDEN_LAYERS.least, HIDDEN_LAYERS.most, 0))
  inAddress('network.units', deep.hiddenUnits, numberField(HIDDEN_UNITS.least, HIDDEN_UNITS.most, 0))
  const { settings } = plane
  inAddress('network.points', settings.source, nameField(...SOURCES))
  inAddress('network.noise', settings.noise, numberField(0, 0.5, 2))
  inAddress('network.seed', settings.seed, numberField(0, MOST_SEED, 0))
  inAddress('network.layers', settings.hidden, layersField)
  inAddress('network.optimizer', settings.optimizer, nameField(...OPTIMIZERS))
  inAddress('network.rate', settings.learningRate, oneOf(LEARNING_RATES))
  inAddress('network.batch', settings.batchSize, oneOf(BATCH_SIZES))
  inAddress('network.epoch', planeLink.epochs, numberField(0, MOST_EPOCHS, 0))
  inAddress('network.weights', planeLink.weights, textField(/^[0-9a-f]{8}$/, '0–9, a–f'))
}
