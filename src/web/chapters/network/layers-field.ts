// Hidden layers in the page's address.
import type { Field } from '../../address.ts'
import { ACTIVATIONS, type HiddenLayer, MOST_LAYERS, MOST_UNITS } from './plane-settings.ts'

/** Hidden layers as `6-identity.4-tanh`; `none` where there are none. */
export const layersField: Field<readonly HiddenLayer[]> = {
  parse(text) {
    if (text === 'none') return []
    const layers = text.split('.').map(part => {
      const [, units = '', name = ''] = /^([1-9])-(\w+)$/.exec(part) ?? []
      const activation = ACTIVATIONS.find(known => known === name)
      return activation && Number(units) <= MOST_UNITS ? { units: Number(units), activation } : undefined
    })
    const isRight = layers.length <= MOST_LAYERS && layers.every(layer => layer !== undefined)
    return isRight ? layers : undefined
  },
  format: layers => layers.map(({ units, activation }) => `${units}-${activation}`).join('.') || 'none',
  expected: '6-identity.4-tanh',
}
