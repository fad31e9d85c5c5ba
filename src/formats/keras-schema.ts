// What the fields of a LayersModel may hold, as far as they are read; model.json has many others. To read another field,
// add it here, or to the row of its layer in keras-layers.ts.
import {
  array,
  type InferOutput,
  lazy,
  literal,
  maxLength,
  nullable,
  nullish,
  pipe,
  union,
  unknown,
} from 'valibot'
import { finiteNumber, flag, numbers, someFields, text, whole } from '../files/schema.ts'

/** Names can have those of several models in front. */
const NAME = text(1000)
const CLASS = text(200)
const VERSION = nullish(text(100))

/** Enough for images of videos. */
const MOST_SIZES = 8
const sizes = `a list of at most ${MOST_SIZES} sizes`

const WEIGHT = someFields({
  name: NAME,
  shape: pipe(array(whole(), sizes), maxLength(MOST_SIZES, sizes)),
  dtype: text(20),
  /** `optimizer` for weights that no layer has. */
  group: nullish(text(100)),
  quantization: nullish(
    someFields({ dtype: text(20), scale: nullish(finiteNumber), min: nullish(finiteNumber) }),
  ),
})

/** A tensor of the manifest. */
export type KerasWeight = InferOutput<typeof WEIGHT>

const GROUP = someFields({
  paths: array(NAME, 'a list of paths'),
  weights: array(WEIGHT, 'a list of weights'),
})

/** model.json: which weights are in which files. */
export const MANIFEST = someFields({ weightsManifest: array(GROUP, 'a list of groups') })

/** TensorFlow.js's model artifacts, which have no files. */
export const ARTIFACTS = someFields({ weightSpecs: array(WEIGHT, 'a list of weights') })

const LAYER = someFields({
  class_name: CLASS,
  /** What each class takes, its row says. */
  config: someFields({ name: nullish(NAME) }),
  name: nullish(NAME),
  inbound_nodes: nullish(array(unknown(), 'a list')),
})

/** A layer of a model. */
export type KerasLayerFields = InferOutput<typeof LAYER>

const LAYERS = array(LAYER, 'a list of layers')
const NESTED_LAYERS = someFields({ layers: LAYERS })

/** A model: Keras has had its layers alone in `config`. */
const MODEL = someFields({
  class_name: CLASS,
  config: lazy(config => (Array.isArray(config) ? LAYERS : NESTED_LAYERS)),
  keras_version: VERSION,
})

export type KerasModel = InferOutput<typeof MODEL>

/** Keras itself nests the model one level deeper. */
const NESTED_MODEL = someFields({ model_config: MODEL, keras_version: VERSION })

/** model.json: the layers. */
export const TOPOLOGY = someFields({
  modelTopology: lazy(topology => (Object(topology).model_config ? NESTED_MODEL : MODEL)),
})

// The arguments of layers. All have defaults in Keras unless said.

const shape = pipe(array(nullable(whole(1)), sizes), maxLength(MOST_SIZES, sizes))

/** What the first layer of a model has: a sample's shape behind the batch; null where a size is open. */
export const INPUTS = someFields({ batch_input_shape: nullish(shape), batch_shape: nullish(shape) })

export const number = nullish(finiteNumber)
export const boolean = nullish(flag)
export const numberOrList = nullish(numbers)
export const axes = nullish(
  union(
    [whole(-MOST_SIZES, MOST_SIZES), array(whole(-MOST_SIZES, MOST_SIZES))],
    'an axis, or a list of such',
  ),
)
export const targetShape = pipe(array(whole(-1), sizes), maxLength(MOST_SIZES, sizes))
export const word = nullish(text(100))

/** Since Keras 3 an activation can be an object, with a class or a function's name in it. */
export const activation = nullish(
  union(
    [
      text(200),
      someFields({ class_name: literal('function'), config: text(200) }),
      someFields({ class_name: CLASS, config: nullish(someFields({})) }),
    ],
    'a name, or an object with class_name and config',
  ),
)
