// The lecture's pages.
import { testPages } from '../support/pages.ts'

testPages('docs/lecture', [
  '1-neural-network',
  '2-activation-functions',
  '3-mnist',
  '4-batch-training',
  '5-beyond-the-lecture',
])
