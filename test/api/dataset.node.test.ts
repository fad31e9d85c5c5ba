// What Node alone hands over: Buffers, and arrays of another realm, as test runners with sandboxes make them.
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { dataset, dense, loadMnist, sequential, sequentialFromSafetensors } from '../../src/index.ts'
import { encodeIdx } from '../support/encode-idx.ts'

describe('Buffers, which lie in a shared pool at an offset', () => {
  test('as inputs and labels, and to predict', async () => {
    const inputs = Buffer.from([1, 2, 3, 4])
    expect(inputs.byteOffset % 4096 > 0 || inputs.buffer.byteLength > 4).toBe(true)
    using data = await dataset({ inputs, inputSize: 2, bytes: 'pixels', labels: Buffer.from([1, 0]) })
    const contents = await data.read()
    expect(contents).toEqual({
      inputs: Uint8Array.of(1, 2, 3, 4),
      bytes: 'pixels',
      inputSize: 2,
      labels: Int32Array.of(1, 0),
    })
    expect(Buffer.isBuffer(contents.inputs)).toBe(false)
    using model = await sequential([dense(1)], { inputSize: 2 })
    expect(await model.predict(inputs, { bytes: 'pixels' })).toEqual(await model.predict(data))
  })

  test('as files', async () => {
    const images = Buffer.from(encodeIdx('uint8', [2, 1, 3], [1, 2, 3, 4, 5, 6]))
    const labels = Buffer.from(encodeIdx('uint8', [2], [0, 1]))
    const source = { trainImages: images, trainLabels: labels, testImages: images, testLabels: labels }
    const { train, test } = await loadMnist(source)
    expect((await train.read()).inputs).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6))
    train.dispose()
    test.dispose()
    using model = await sequential([dense(3)], { inputSize: 2 })
    using copy = await sequentialFromSafetensors(Buffer.from(await model.toSafetensors()))
    expect(await copy.getParameters()).toEqual(await model.getParameters())
  })
})

test('arrays of another realm', async () => {
  const bytes = runInNewContext('Uint8Array.of(1, 2, 3, 4)')
  const floats = runInNewContext('Float32Array.of(1, 2, 3, 4)')
  const rows = runInNewContext('[[1, 2], [3, 4]]')
  expect([bytes instanceof Uint8Array, floats instanceof Float32Array]).toEqual([false, false])
  using model = await sequential([dense(1)], { inputSize: 2 })
  for (const [theirs, ours] of [
    [bytes, Uint8Array.of(1, 2, 3, 4)],
    [floats, Float32Array.of(1, 2, 3, 4)],
  ]) {
    const options = theirs === bytes ? { bytes: 'pixels' as const } : {}
    using data = await dataset({
      ...options,
      inputs: theirs,
      inputSize: 2,
      targets: floats,
      labels: runInNewContext('[0, 1]'),
    })
    expect(await data.read()).toEqual({
      ...options,
      inputs: ours,
      inputSize: 2,
      labels: Int32Array.of(0, 1),
      targets: Float32Array.of(1, 2, 3, 4),
      targetSize: 2,
    })
    expect(await model.predict(theirs, options)).toEqual(await model.predict(ours, options))
  }
  using data = await dataset({ inputs: rows })
  expect(await model.predict(rows)).toEqual(await model.predict(data))
})
