// For every runtime with modules.
import * as wasmlp from 'wasmlp'
import * as data from 'wasmlp/data'
import * as kernels from 'wasmlp/kernels'
import { train } from './train.js'

console.log(JSON.stringify(await train(wasmlp, data, kernels)))
