// Closes a run of tests with those that failed once and passed when they were tried again, by name and first error: a project
// may try its tests again, and none may pass so without being seen.
import type { Reporter, TestModule } from 'vitest/node'

export default class SecondTryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        if (!test.diagnostic()?.flaky) continue
        const [error] = test.result().errors ?? []
        const message = error?.stack ?? error?.message
        console.error(`passed at the second try: ${module.relativeModuleId}: ${test.fullName}\n  ${message}`)
      }
    }
  }
}
