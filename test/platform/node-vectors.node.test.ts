// In which Node V8 is asked to compute with vectors of 256 bits.
import { describe, expect, test } from 'vitest'
import { refusalIn } from '../../src/platform/node-vectors.ts'

const node24 = {
  versions: { node: '24.22.3', v8: '13.6.233.17-node.63' },
  arch: 'x64',
  execArgv: ['--import', './hooks.js'],
  env: { NODE_OPTIONS: '--max-old-space-size=4096' },
}

describe('vectors of 256 bits', () => {
  test.each(['24.0.0', '26.12.1'])('Node %s', node => {
    expect(refusalIn({ ...node24, versions: { ...node24.versions, node } })).toBeUndefined()
  })

  test.each([
    [
      { versions: { node: '22.23.5', v8: '12.4.254.21-node.33' } },
      'Node 22 is not one of those tested, 24 and 26',
    ],
    [
      { versions: { node: '25.1.0', v8: '14.1.146.11-node.14' } },
      'Node 25 is not one of those tested, 24 and 26',
    ],
    [{ versions: { node: '24.2.0', v8: '14.4.258.13-rusty' } }, 'this runtime is not Node itself'],
    [{ versions: { node: '24.3.0' } }, 'this runtime is not Node itself'],
    [{ arch: 'arm64' }, "the processor's architecture is arm64, not x64"],
    [{ execArgv: ['--no-liftoff'] }, 'Node was started with --no-liftoff'],
    [{ execArgv: ['--wasm_tiering_budget=5'] }, 'Node was started with --wasm_tiering_budget'],
    [{ env: { NODE_OPTIONS: '--jitless' } }, 'Node was started with --jitless'],
  ])('%o: not', (others, reason) => {
    expect(refusalIn({ ...node24, ...others })).toBe(reason)
  })
})
