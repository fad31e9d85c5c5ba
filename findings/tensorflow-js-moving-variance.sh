#!/usr/bin/env bash
# TensorFlow.js keeps another moving variance than PyTorch does.
#
# Versions: @tensorflow/tfjs-layers, -core and -backend-cpu 4.22.0, Node 20.
# Behaviour: batchNormalization adds the population's variance of a batch (divided by n) to movingVariance. BatchNorm1d of
# PyTorch 1.13 adds the unbiased one (divided by n − 1). A network that was trained on small batches in one of them and
# goes on in the other normalises by another scale.
# Seen: after one batch of 1, 2, 3, 6 with momentum 0.9, 0.9 · 1 + 0.1 · 3.5 = 1.25. The unbiased rule gives
# 0.9 · 1 + 0.1 · 14 / 3 = 1.3667.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts \
  @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-layers@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
cat >variance.cjs <<'JS'
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
const { layers, sequential } = require('@tensorflow/tfjs-layers')
;(async () => {
  const model = sequential({
    layers: [layers.batchNormalization({ inputShape: [1], momentum: 0.9, trainable: true })],
  })
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  const batch = tf.tensor2d([[1], [2], [3], [6]])
  await model.fit(batch, batch, { epochs: 1, batchSize: 4, verbose: 0 })
  const variance = (await model.layers[0].getWeights()[3].data())[0]
  console.log(`moving variance ${variance.toFixed(4)}`)
  process.exitCode = variance.toFixed(4) === '1.2500' ? 0 : 1
})()
JS
node variance.cjs 2>/dev/null | grep moving
node variance.cjs >/dev/null 2>&1
