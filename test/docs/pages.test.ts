// The guides: every program in them runs as it stands.
import { testPages } from '../support/pages.ts'

testPages('docs', [
  'training',
  'data',
  'workers-and-memory',
  'losses-and-metrics',
  'formats',
  'reproducibility',
])
