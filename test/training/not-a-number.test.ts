// A prediction that is not a number has the same bits in every build and runtime, whatever made it.
import { describe, expect, test } from 'vitest'
import { activationNames, dense, sequential } from '../../src/index.ts'
import { builds } from '../support/builds.ts'

/** The quiet NaN whose payload is 0. */
const CANONICAL = 0x7fc00000

/** Quiet and signalling NaNs, of both signs, with several payloads. */
const PATTERNS = [0x7fc00000, 0xffc00000, 0x7fc00123, 0xffffffff, 0x7f800001, 0xffa00000]

describe.each(builds)('%s', build => {
  test.each([...activationNames, 'softmax', 'logSoftmax'] as const)(
    'of a NaN through %s',
    async activation => {
      const inputs = new Float32Array(Uint32Array.from(PATTERNS).buffer)
      using model = await sequential([dense(3, { activation })], { inputSize: 1, build })
      const outputs = await model.predict(inputs)
      expect(outputs).toHaveLength(PATTERNS.length)
      for (const row of outputs) {
        expect([...new Uint32Array(row.buffer, row.byteOffset, row.length)]).toEqual([
          CANONICAL,
          CANONICAL,
          CANONICAL,
        ])
      }
    },
  )
})
