// What a page runs, whatever bundles it: the training, and its result as the text of an element.
import * as wasmlp from 'wasmlp'
import * as data from 'wasmlp/data'
import * as kernels from 'wasmlp/kernels'
import { train } from './train.js'

const output = document.querySelector('#result')
train(wasmlp, data, kernels)
  .then(JSON.stringify, error => `${error.stack ?? error}`)
  .then(text => {
    output.textContent = text
  })
