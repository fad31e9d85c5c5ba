// The guides, and those for people who come from another library: every program in them (```js) runs as it stands. The other
// library's code is ```javascript, and not run.
import { testPages } from '../support/pages.ts'

testPages('docs', [
  'data',
  'errors',
  'formats',
  'insight',
  'kernels',
  'layers',
  'losses-and-metrics',
  'memory',
  'optimizers',
  'reproducibility',
  'training',
])
testPages('docs/migration', ['from-brain-js', 'from-tensorflow-js'])
