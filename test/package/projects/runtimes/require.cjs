// For every runtime with CommonJS.
const wasmlp = require('wasmlp')
const data = require('wasmlp/data')
const kernels = require('wasmlp/kernels')

import('./train.js')
  .then(({ train }) => train(wasmlp, data, kernels))
  .then(result => console.log(JSON.stringify(result)))
