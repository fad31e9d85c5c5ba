"""Writes small files as other programs write them, for the fuzzer to mutate.

Run from anywhere, with Debian's python3-torch (1.13), python3-numpy, python3-onnx, gzip and imagemagick, and with Keras 3:

    /usr/bin/python3 test/fuzz/seeds/make.py
    python3 test/fuzz/seeds/make-keras.py
    npm run build && node test/fuzz/seeds/make.js

It writes into the folders beside it. The files are deterministic but for dates.
"""

import io
import os
import pathlib
import subprocess
import warnings

import numpy
import onnx
import torch
from numpy.lib import format as npy
from onnx import TensorProto, helper, numpy_helper
from torch import nn

warnings.filterwarnings('ignore')
torch.manual_seed(1)
HERE = pathlib.Path(__file__).parent


def write(name, content):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def saved(array, version=(1, 0)):
    buffer = io.BytesIO()
    npy.write_array(buffer, array, version=version)
    return buffer.getvalue()


TYPES = ['?', 'i1', '<i2', '<i4', '<i8', 'u1', '<u2', '>u4', '<u8', '<f2', '<f4', '>f8']
for number, code in enumerate(TYPES):
    array = numpy.arange(6).reshape(2, 3).astype(code)
    write(f'npy/{array.dtype.name}.npy', saved(array, (1 + number % 3, 0)))
write('npy/fortran.npy', saved(numpy.asfortranarray(numpy.arange(24, dtype='<f4').reshape(2, 3, 4))))
write('npy/scalar.npy', saved(numpy.array(1.5)))
write('npy/empty.npy', saved(numpy.zeros((0, 3), 'u1')))
write('npy/text.npy', saved(numpy.array(['a', 'bc'])))
write('npy/structure.npy', saved(numpy.zeros(2, [('x', '<f4'), ('y', '<i4')])))

arrays = {'x': numpy.arange(12, dtype='<f4').reshape(3, 4), 'y': numpy.array([2, 0, 1])}
for name, save in [('stored', numpy.savez), ('compressed', numpy.savez_compressed)]:
    buffer = io.BytesIO()
    save(buffer, **arrays)
    write(f'npz/{name}.npz', buffer.getvalue())
buffer = io.BytesIO()
numpy.savez_compressed(buffer, zeros=numpy.zeros((20, 30), 'u1'), names=numpy.array(['a']), z=numpy.float64(3))
write('npz/mixed.npz', buffer.getvalue())

TEXT = b'width,length,species\n3.5,1.4,setosa\n3.2,4.7,versicolor\n' * 3
for name, options in [('fast', ['-1']), ('best', ['-9'])]:
    path = HERE / 'text'
    path.write_bytes(TEXT)
    write(f'gzip/{name}.gz', subprocess.run(['gzip', '-c', *options, path], stdout=subprocess.PIPE, check=True).stdout)
    path.unlink()
write('gzip/noise.gz', subprocess.run(['gzip', '-c'], input=bytes(numpy.random.RandomState(1).bytes(100)), stdout=subprocess.PIPE, check=True).stdout)

# As MNIST's files.
images = numpy.random.RandomState(1).randint(0, 256, (3, 4, 5)).astype('u1')
idx_images = b'\0\0\x08\x03' + numpy.array(images.shape, '>u4').tobytes() + images.tobytes()
idx_labels = b'\0\0\x08\x01' + numpy.array([3], '>u4').tobytes() + bytes([5, 0, 4])
write('idx/images.idx', idx_images)
write('idx/labels.idx', idx_labels)
write('idx/floats.idx', b'\0\0\x0d\x02' + numpy.array([2, 2], '>u4').tobytes() + numpy.arange(4).astype('>f4').tobytes())
for name, content in [('images', idx_images), ('labels', idx_labels)]:
    packed = subprocess.run(['gzip', '-nc'], input=content, stdout=subprocess.PIPE, check=True).stdout
    write(f'idx-gzip/{name}.idx.gz', packed)

PNGS = {
    'grey1': ['-type', 'Bilevel', 'png:-'],
    'grey2': ['-colors', '4', '-type', 'Grayscale', '-depth', '2', 'png:-'],
    'grey8': ['-type', 'Grayscale', 'PNG8:-'],
    'grey16': ['-type', 'Grayscale', '-depth', '16', 'png:-'],
    'palette': ['-colors', '5', 'PNG8:-'],
    'colour8': ['PNG24:-'],
    'alpha8': ['-alpha', 'set', '-channel', 'A', '-evaluate', 'multiply', '0.5', 'PNG32:-'],
    'colour16': ['PNG48:-'],
    'interlaced': ['-interlace', 'PNG', 'PNG24:-'],
    'interlaced1': ['-type', 'Bilevel', '-interlace', 'PNG', 'png:-'],
}
for name, options in PNGS.items():
    command = ['/usr/bin/convert', '-size', '9x7', '-seed', '1', 'plasma:red-blue', '-strip', *options]
    write(f'png/{name}.png', subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

JPEGS = {
    'grey': ['-type', 'Grayscale'],
    'colour': ['-sampling-factor', '4:4:4'],
    'halved': ['-sampling-factor', '4:2:0'],
    'progressive': ['-interlace', 'JPEG'],
    'cmyk': ['-colorspace', 'CMYK'],
}
for name, options in JPEGS.items():
    command = ['/usr/bin/convert', '-size', '19x13', '-seed', '1', 'plasma:red-blue', '-strip', '-quality', '90', *options, 'jpeg:-']
    jpeg = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    write(f'jpeg/{name}.jpg', jpeg)
    # What ImageMagick, by libjpeg, makes of it: for test/cli/picture.node.test.ts.
    command = ['/usr/bin/convert', 'jpeg:-', '-colorspace', 'sRGB', 'PNG24:-']
    png = subprocess.run(command, input=jpeg, stdout=subprocess.PIPE, check=True).stdout
    (HERE.parent.parent / 'fixtures' / f'jpeg-{name}.png').write_bytes(png)


# PyTorch's networks, as weights and as ONNX.
def exported(network, shape=(1, 3), opset=14):
    buffer = io.BytesIO()
    network.eval()
    torch.onnx.export(
        network, torch.zeros(shape), buffer, opset_version=opset, input_names=['x'], dynamic_axes={'x': {0: 'n'}},
    )
    return buffer.getvalue()


NETWORKS = {
    'dense': (nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.Softmax(1)), (1, 3)),
    'normalized': (nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.LayerNorm(4), nn.PReLU(4), nn.Linear(4, 2)), (1, 3)),
    'image': (nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.Dropout(), nn.SiLU(), nn.GELU(), nn.Linear(3, 2)), (1, 1, 2, 2)),
    'activations': (nn.Sequential(nn.Linear(3, 2), nn.LeakyReLU(0.2), nn.ELU(), nn.Hardtanh(-2, 2), nn.Mish(), nn.Softplus(), nn.Hardswish()), (1, 3)),
}
for name, (network, shape) in NETWORKS.items():
    write(f'onnx/torch-{name}.onnx', exported(network, shape))
write('onnx/torch-opset9.onnx', exported(nn.Sequential(nn.Linear(3, 2), nn.Sigmoid()), opset=9))


def safetensors(tensors, metadata=None):
    """As the library of that name writes them; Debian has none."""
    import json

    header, data = {}, b''
    if metadata:
        header['__metadata__'] = metadata
    for name, tensor in tensors.items():
        types = {torch.float32: 'F32', torch.int64: 'I64', torch.float16: 'F16', torch.bfloat16: 'BF16', torch.float64: 'F64'}
        raw = tensor.contiguous().view(torch.int16).numpy() if tensor.dtype == torch.bfloat16 else tensor.numpy()
        content = raw.tobytes()
        header[name] = {
            'dtype': types[tensor.dtype],
            'shape': list(tensor.shape),
            'data_offsets': [len(data), len(data) + len(content)],
        }
        data += content
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    return len(text).to_bytes(8, 'little') + text + data


state = {name: tensor.detach() for name, tensor in NETWORKS['dense'][0].state_dict().items()}
write('safetensors/torch-dense.safetensors', safetensors(state, {'format': 'pt'}))
half = {name: tensor.to(torch.float16 if 'weight' in name else torch.bfloat16) for name, tensor in state.items()}
write('safetensors/torch-half.safetensors', safetensors(half))
normalized = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.PReLU(4), nn.Linear(4, 2)).state_dict()
write('safetensors/torch-normalized.safetensors', safetensors({name: tensor.detach() for name, tensor in normalized.items()}))


# Graphs of the onnx package, with other ways to hold numbers.
def graph(nodes, initializers, opset=17):
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    made = helper.make_graph(nodes, 'g', [value('x', ['n', 3])], [value('y', ['n', 2])], initializers)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid('', opset)])
    onnx.checker.check_model(model)
    return model.SerializeToString()


weight = numpy.arange(6).reshape(3, 2)
node = helper.make_node
listed = helper.make_tensor('w', TensorProto.FLOAT, [3, 2], weight.flatten().tolist())
double = helper.make_tensor('b', TensorProto.DOUBLE, [2], [0.5, -0.5])
write('onnx/lists.onnx', graph(
    [node('Cast', ['b'], ['c'], to=TensorProto.FLOAT), node('Gemm', ['x', 'w', 'c'], ['z'], alpha=0.5), node('LogSoftmax', ['z'], ['y'], axis=1)],
    [listed, double],
))
write('onnx/quantized.onnx', graph(
    [
        node('DequantizeLinear', ['q', 's', 'o'], ['w'], axis=1),
        node('Sub', ['x', 'm'], ['a']),
        node('Div', ['a', 'd'], ['e']),
        node('MatMul', ['e', 'w'], ['f']),
        node('Add', ['f', 'b'], ['g']),
        node('Clip', ['g', 'low', 'high'], ['y']),
    ],
    [
        numpy_helper.from_array(weight.astype('i1'), 'q'),
        numpy_helper.from_array(numpy.array([0.5, 0.25], 'f4'), 's'),
        numpy_helper.from_array(numpy.zeros(2, 'i1'), 'o'),
        numpy_helper.from_array(numpy.array([1, 2, 3], 'f4'), 'm'),
        numpy_helper.from_array(numpy.array(2, 'f4'), 'd'),
        numpy_helper.from_array(numpy.array([1, 1], 'f4'), 'b'),
        numpy_helper.from_array(numpy.array(-1, 'f4'), 'low'),
        numpy_helper.from_array(numpy.array(1, 'f4'), 'high'),
    ],
))

CSV = {
    'plain': TEXT[:55],
    'quoted': b'"a b","c""d",y\r\n1,"2",x\r\n"3",4,"y, z"\r\n5,,x\r\n',
    'semicolons': b'a;b;c\n1;2;3\n4;5;6\n',
    'tabs': b'# a comment\n1\t2\t0\n3\t4\t1\n',
    'missing': b'a,b,c\n1,NA,x\n,2,y\n3,4,x\n',
}
for name, content in CSV.items():
    write(f'csv/{name}.csv', content)
