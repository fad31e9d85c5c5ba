// Loads MNIST, or a data set in its format, into linear memory.

import { countClasses, type DatasetInfo } from '../data/samples.ts'
import { DataError } from '../errors.ts'
import { readIdx } from '../mnist/idx.ts'
import { MnistFiles, type MnistPart, type PartialMnistSource } from '../mnist/mnist-files.ts'
import { readLabels } from '../mnist/mnist-labels.ts'
import { Arena } from '../wasm/arena.ts'
import { GrowingBytes } from '../wasm/growing-bytes.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { MnistLoadOptions } from './engine.ts'
import { LocalSamples } from './local-samples.ts'
import { transposeImages } from './transpose-images.ts'

/** The parts in order. Where one fails, nothing is left in memory. */
export async function loadMnist(
  runtime: Runtime,
  parts: readonly MnistPart[],
  source: PartialMnistSource,
  options: MnistLoadOptions,
): Promise<LocalSamples[]> {
  const files = new MnistFiles(source, options)
  const loaded: LocalSamples[] = []
  try {
    for (const part of parts) loaded.push(await loadPart(runtime, part, files, options))
    return loaded
  } catch (error) {
    for (const samples of loaded) samples.dispose()
    throw error
  }
}

async function loadPart(
  runtime: Runtime,
  part: MnistPart,
  files: MnistFiles,
  { maxBytes, signal, transpose, classes = 0 }: MnistLoadOptions,
): Promise<LocalSamples> {
  const limits = { signal, ...(maxBytes !== undefined && { maxBytes }) }
  const labelFile = await files.find(`${part}Labels`)
  const labels = await readLabels(labelFile.name, labelFile.file, limits, classes || undefined)
  const imageFile = await files.find(`${part}Images`)
  const arena = new Arena(runtime.memory)
  try {
    const room = new GrowingBytes(arena)
    const { shape } = await readIdx(imageFile.file, {
      name: imageFile.name,
      ...limits,
      expect: { type: 'uint8', rank: 3 },
      allocate: ({ length, shape: [count, height, width] }) => {
        if (count !== labels.length || length === 0) {
          throw new DataError(
            'ERR_DATA_COUNT',
            `${imageFile.name} has ${count} images of ${height} × ${width} pixels and ${labelFile.name} ` +
              `${labels.length} labels: expected one label for each image, at least one image, and at least one ` +
              'pixel in each (are the files of the same data set?)',
          )
        }
        return room
      },
    })
    const images = room.buffer
    const [, height = 1, width = 1] = shape
    const inputSize = height * width
    const isOnSide = transpose ?? imageFile.isEmnist
    if (isOnSide) await transposeImages(images, height, width, signal)
    const stored = arena.i32(labels.length)
    stored.view.set(labels)
    const info: DatasetInfo = {
      samples: labels.length,
      inputSize,
      imageShape: isOnSide ? [width, height] : [height, width],
      classes: Math.max(classes, countClasses(labels)),
    }
    return new LocalSamples(runtime, arena, {
      info,
      inputs: images,
      labels: stored,
      targets: undefined,
      sampleWeights: undefined,
    })
  } catch (error) {
    arena.free()
    throw error
  }
}
