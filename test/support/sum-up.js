// Closes a CI run: what failed, and what passed at its second try only, by name; the last line is "N passed, N failed".
// node sum-up.js RESULTS STATUS [RESULTS STATUS …]: Vitest's JSON, and how the command that wrote it ended.
import { readFileSync } from 'node:fs'
import { argv } from 'node:process'

let passed = 0
let failed = 0
for (let i = 2; i < argv.length; i += 2) {
  const [file = '', status] = argv.slice(i)
  const crashed = status !== '0'
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'))
    passed += results.numPassedTests
    failed += Math.max(results.numFailedTests, Number(crashed))
    for (const { name, assertionResults } of results.testResults) {
      for (const { status, fullName, failureMessages } of assertionResults) {
        // Of a test that passed, the errors are those of its tries before.
        const isSecondTry = status === 'passed' && failureMessages.length > 0
        const what = isSecondTry ? 'passed at the second try' : status === 'failed' && 'failed'
        if (what) console.error(`${what}: ${name}: ${fullName}\n  ${failureMessages.join('\n  ')}`)
      }
    }
  } catch (error) {
    failed += 1
    console.error(`no test results: ${error}`)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
