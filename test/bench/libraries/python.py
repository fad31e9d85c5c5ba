"""NumPy and PyTorch, on one thread: the tasks of tasks/. Reads JSON from standard input, prints JSON."""

import json
import sys
import time

import numpy

FLOAT = numpy.float32
WARM_UP = 0.3


def read_inputs(problem: dict, samples: int) -> numpy.ndarray:
    source, size = problem["inputs"], problem["sizes"][0]
    dtype = numpy.uint8 if source["type"] == "u8" else FLOAT
    values = numpy.fromfile(source["path"], dtype, samples * size, offset=source["offset"]).reshape(samples, size)
    return values.astype(FLOAT) / FLOAT(255) if dtype is numpy.uint8 else values


def read_labels(problem: dict, samples: int) -> numpy.ndarray:
    source = problem["labels"]
    return numpy.fromfile(source["path"], numpy.uint8, samples, offset=source["offset"]).astype(numpy.int64)


def read_parameters(problem: dict) -> list:
    """Weights (inputs x units) and bias of each layer."""
    values, sizes, layers = numpy.fromfile(problem["parameters"], FLOAT), problem["sizes"], []
    for inputs, units in zip(sizes, sizes[1:]):
        weights, bias, values = numpy.split(values, [inputs * units, inputs * units + units])
        layers.append((weights.reshape(inputs, units), bias))
    return layers


class NumpyTrainer:
    def __init__(self, problem: dict) -> None:
        self.problem = problem

    def reset(self) -> None:
        self.layers = [(weights.copy(), bias.copy()) for weights, bias in read_parameters(self.problem)]

    def load(self, samples: int) -> tuple:
        return read_inputs(self.problem, samples), read_labels(self.problem, samples)

    def step(self, x: numpy.ndarray, labels: numpy.ndarray) -> float:
        outputs, last, rows = [x], len(self.layers) - 1, numpy.arange(len(x))
        for i, (weights, bias) in enumerate(self.layers):
            y = outputs[-1] @ weights
            y += bias
            if i < last:
                numpy.maximum(y, 0, out=y)
            outputs.append(y)
        dy = outputs.pop()
        dy -= dy.max(axis=1, keepdims=True)
        numpy.exp(dy, out=dy)
        dy /= dy.sum(axis=1, keepdims=True)
        loss = float(-numpy.log(dy[rows, labels]).mean())
        dy[rows, labels] -= 1
        dy *= FLOAT(1 / len(x))
        rate = FLOAT(self.problem["learningRate"])
        for i in range(last, -1, -1):
            weights, bias = self.layers[i]
            dx = (dy @ weights.T) * (outputs[i] > 0) if i > 0 else None
            dw = outputs[i].T @ dy
            dw *= rate
            weights -= dw
            bias -= rate * dy.sum(axis=0)
            dy = dx
        return loss

    def train(self, data: tuple, shuffle: bool) -> float:
        x, labels = data
        samples, size = len(x), self.problem["batchSize"]
        order = numpy.random.permutation(samples) if shuffle else numpy.arange(samples)
        batches = [order[begin : begin + size] for begin in range(0, samples, size)]
        return sum(self.step(x[batch], labels[batch]) for batch in batches) / len(batches)


class TorchModel:
    """The network of a problem, with its initial weights."""

    def __init__(self, problem: dict) -> None:
        import torch

        torch.set_num_threads(1)
        self.torch, self.problem = torch, problem
        sizes, modules = problem["sizes"], []
        for inputs, units in zip(sizes, sizes[1:]):
            modules.append(torch.nn.Linear(inputs, units))
            if problem.get("isNormalized"):
                modules.append(torch.nn.BatchNorm1d(units, eps=problem["epsilon"]))
            modules.append(torch.nn.ReLU())
        while not isinstance(modules[-1], torch.nn.Linear):
            modules.pop()
        self.model = torch.nn.Sequential(*modules)

    def reset(self) -> None:
        linears = [module for module in self.model if isinstance(module, self.torch.nn.Linear)]
        with self.torch.no_grad():
            for module, (weights, bias) in zip(linears, read_parameters(self.problem)):
                module.weight.copy_(self.torch.from_numpy(weights.T.copy()))
                module.bias.copy_(self.torch.from_numpy(bias))


def create_optimizer(torch, parameters, problem: dict):
    settings, rate = problem.get("optimizer", {"name": "sgd"}), problem["learningRate"]
    if settings["name"] == "adam":
        betas = settings["beta1"], settings["beta2"]
        return torch.optim.Adam(parameters, lr=rate, betas=betas, eps=settings["epsilon"])
    return torch.optim.SGD(parameters, lr=rate, momentum=settings.get("momentum", 0))


class TorchTrainer(TorchModel):
    """It does not distort images: where others do, its time is that without."""

    def __init__(self, problem: dict) -> None:
        super().__init__(problem)
        self.optimizer = create_optimizer(self.torch, self.model.parameters(), problem)
        self.loss = self.torch.nn.CrossEntropyLoss()

    def load(self, samples: int) -> tuple:
        arrays = read_inputs(self.problem, samples), read_labels(self.problem, samples)
        return tuple(self.torch.from_numpy(array) for array in arrays)

    def train(self, data: tuple, shuffle: bool) -> float:
        x, labels = data
        samples, size = len(x), self.problem["batchSize"]
        order = self.torch.randperm(samples) if shuffle else self.torch.arange(samples)
        total = 0.0
        for begin in range(0, samples, size):
            batch = order[begin : begin + size]
            self.optimizer.zero_grad()
            loss = self.loss(self.model(x[batch]), labels[batch])
            loss.backward()
            self.optimizer.step()
            total += loss.item()
        return total * size / samples


def train(library: str, parameters: dict) -> dict:
    """As tasks/train.js: check against the expected loss, warm up, then time what fits in the seconds given."""
    problem, expected = parameters["problem"], parameters["expectedLoss"]
    size = problem["batchSize"]
    trainer = TorchTrainer(problem) if library == "torch" else NumpyTrainer(problem)
    trainer.reset()
    data = trainer.load(problem["checkIterations"] * size)
    loss = trainer.train(data, False)
    if not abs(loss - expected) <= problem.get("tolerance", 1e-4) * expected:
        raise ValueError(f"error: mean loss {loss} after {problem['checkIterations']} iterations, expected {expected}")
    total = 0.0
    while total < WARM_UP:
        start = time.perf_counter()
        trainer.train(data, True)
        last = time.perf_counter() - start
        total += last
    estimate = last / problem["checkIterations"]
    iterations = max(2, min(problem["samples"] // size, int(parameters["seconds"] / estimate)))
    trainer.reset()
    data = trainer.load(iterations * size)
    start, used = time.perf_counter(), time.process_time()
    loss = trainer.train(data, True)
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    return {"iterations": iterations, "seconds": seconds, "processorSeconds": processor, "loss": loss}


def best_of(call, seconds: float) -> float:
    """As timing.js: many calls a sample, the best of many samples."""
    count, taken = 1, 0.0
    while taken < 0.005:
        start = time.perf_counter()
        for _ in range(count):
            call()
        taken, count = time.perf_counter() - start, 2 * count
    count = max(1, int(0.01 * count / 2 / taken))
    best, end, sample = float("inf"), time.perf_counter() + seconds, 0
    while sample < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(count):
            call()
        best, sample = min(best, (time.perf_counter() - start) / count), sample + 1
    return best


def predict(parameters: dict) -> list:
    """As tasks/predict.js; the expected probabilities come with the request."""
    problem, results = parameters["problem"], []
    predictor = TorchModel(problem)
    torch = predictor.torch
    predictor.reset()
    model = torch.nn.Sequential(*predictor.model, torch.nn.Softmax(dim=1)).eval()
    expected = numpy.fromfile(parameters["expected"], numpy.float64).reshape(-1, problem["sizes"][-1])
    with torch.inference_mode():
        for samples in parameters["batches"]:
            x = torch.from_numpy(read_inputs(problem, samples))
            off = abs(model(x).numpy() - expected[:samples]).max()
            if not off <= 1e-5:
                raise ValueError(f"error: a probability is {off} off")
            results.append({"seconds": best_of(lambda: model(x), parameters["seconds"])})
    return results


def sgemm(parameters: dict) -> list:
    """Best seconds of a product for each shape (m, n, k)."""
    random, results = numpy.random.default_rng(1), []
    for m, n, k in parameters["shapes"]:
        a, b = random.random((m, k), FLOAT), random.random((k, n), FLOAT)
        c = numpy.empty((m, n), FLOAT)
        numpy.matmul(a, b, out=c)
        if not numpy.allclose(c, a.astype(float) @ b, rtol=1e-4):
            raise ValueError(f"error: wrong product of {m} x {n} x {k}")
        best, processor, end = float("inf"), float("inf"), time.perf_counter() + parameters["seconds"]
        count = max(1, int(1e9 / (2 * m * n * k)))
        while time.perf_counter() < end or best == float("inf"):
            start, used = time.perf_counter(), time.process_time()
            for _ in range(count):
                numpy.matmul(a, b, out=c)
            best = min(best, (time.perf_counter() - start) / count)
            processor = min(processor, (time.process_time() - used) / count)
        results.append({"seconds": best, "processorSeconds": processor})
    return results


request = json.load(sys.stdin)
if request["task"] == "train":
    result = train(request["library"], request["parameters"])
elif request["task"] == "predict":
    result = predict(request["parameters"])
else:
    result = sgemm(request["parameters"])
print(json.dumps(result))
