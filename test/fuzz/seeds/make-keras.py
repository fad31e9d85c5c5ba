"""Writes the seeds of Keras 3: topologies as `model.to_json()` gives them, in a LayersModel; see make.py.

Run with Keras 3 and JAX, both of PyPI:

    KERAS_BACKEND=numpy python3 test/fuzz/seeds/make-keras.py
"""

import json
import pathlib

import keras
import numpy
from keras import layers

keras.utils.set_random_seed(1)
HERE = pathlib.Path(__file__).parent / 'keras'
HERE.mkdir(exist_ok=True)


def write(name, model):
    manifest, data = [], b''
    for weight in model.weights:
        array = numpy.asarray(weight.value, 'f4')
        manifest.append({'name': weight.path, 'shape': list(array.shape), 'dtype': 'float32'})
        data += array.tobytes()
    topology = {'keras_version': keras.__version__, 'backend': 'tensorflow', 'model_config': json.loads(model.to_json())}
    model_json = {
        'format': 'layers-model',
        'generatedBy': f'keras v{keras.__version__}',
        'convertedBy': None,
        'modelTopology': topology,
        'weightsManifest': [{'paths': ['group1-shard1of1.bin'], 'weights': manifest}],
    }
    text = json.dumps(model_json, separators=(',', ':')).encode()
    (HERE / name).write_bytes(len(text).to_bytes(4, 'little') + text + data)


write('rows.bin', keras.Sequential([
    keras.Input((3,)), layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0]), layers.Dense(4, activation='gelu'),
    layers.BatchNormalization(), layers.PReLU(), layers.Dropout(0.2), layers.Dense(2, activation='softmax'),
]))
inputs = keras.Input((2, 2))
x = layers.Rescaling(1 / 255, offset=-0.5)(inputs)
x = layers.Reshape((4,))(x)
x = layers.LayerNormalization(epsilon=1e-3)(x)
x = layers.ReLU(max_value=6.0, negative_slope=0.0)(x)
outputs = layers.Dense(2, use_bias=False)(x)
write('image.bin', keras.Model(inputs, outputs))
