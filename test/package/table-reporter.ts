// Closes `npm run test:package` with a table of what was trained where.
import type { Reporter, TestModule } from 'vitest/node'

export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    const rows = modules
      .flatMap(module => [...module.children.allTests()])
      .map(test => test.meta().row)
      .filter(Boolean)
    console.table(rows)
  }
}
