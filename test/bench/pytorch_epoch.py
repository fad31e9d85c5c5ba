"""One epoch of the lecture's network in PyTorch, on one thread. Prints JSON. Argument: the directory of MNIST's IDX files."""

import json
import sys
import time
from pathlib import Path

import numpy
import torch
from torch import nn

torch.set_num_threads(1)
directory = Path(sys.argv[1])


def read(name: str, header: int) -> numpy.ndarray:
    return numpy.frombuffer((directory / name).read_bytes()[header:], numpy.uint8)


def images(name: str) -> torch.Tensor:
    return torch.from_numpy(read(name, 16).reshape(-1, 784).astype(numpy.float32) / 255)


def labels(name: str) -> torch.Tensor:
    return torch.from_numpy(read(name, 8).astype(numpy.int64))


x, y = images("train-images-idx3-ubyte"), labels("train-labels-idx1-ubyte")
torch.manual_seed(1)
model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10))
nn.init.kaiming_uniform_(model[0].weight, nonlinearity="relu")
nn.init.xavier_uniform_(model[2].weight)
for layer in (model[0], model[2]):
    nn.init.zeros_(layer.bias)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
loss_function = nn.CrossEntropyLoss()

start = time.perf_counter()
order = torch.randperm(60_000)
total = 0.0
for begin in range(0, 60_000, 100):
    batch = order[begin : begin + 100]
    optimizer.zero_grad()
    loss = loss_function(model(x[batch]), y[batch])
    loss.backward()
    optimizer.step()
    total += loss.item()
seconds = time.perf_counter() - start

with torch.no_grad():
    right = model(images("t10k-images-idx3-ubyte")).argmax(1) == labels("t10k-labels-idx1-ubyte")
print(
    json.dumps(
        {
            "name": f"PyTorch {torch.__version__}",
            "seconds": seconds,
            "loss": total / 600,
            "accuracy": right.float().mean().item(),
        }
    )
)
