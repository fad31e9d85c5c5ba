// The guides, and those for people who come from another library: every program in them (```js) runs as it stands. The other
// library's code is ```javascript, and not run.
import { testPages } from '../support/pages.ts'

testPages('docs', [
  // First: what other pages leave to the garbage collector would be freed while it measures.
  'memory',
  'data',
  'errors',
  'formats',
  'insight',
  'kernels',
  'layers',
  'losses-and-metrics',
  'optimizers',
  'reproducibility',
  'tables',
  'training',
])
testPages('docs/migration', ['from-brain-js', 'from-tensorflow-js'])
