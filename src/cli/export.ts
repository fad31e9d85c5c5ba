// `wasmlp export`: writes a model in another format, or with weights in fewer bits, and says what these cost.

import { basename } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FILE_KINDS, type ModelFormat, modelFormatByName } from '../file-kind.ts'
import type { QuantizationCost, WeightType } from '../formats/index.ts'
import { loadMnist, type Sequential } from '../index.ts'
import { locationName } from '../quote-names.ts'
import { addDataOptions, type DataFlags, jsonOption } from './common-options.ts'
import { OutFile } from './files.ts'
import { installedMnist, placeOf } from './mnist-source.ts'
import { classifying, FORMAT_NAMES, loadModel, MODEL_ARGUMENT } from './model-file.ts'
import { kebabCase, listed, oneOf, place } from './option-values.ts'
import { count, loss, percent, printJson, printLine } from './output.ts'

interface ExportOptions extends DataFlags {
  out: string
  format?: ModelFormat
  weights: WeightType
  json?: true
}

/** An object, so that the compiler notices a missing name. */
const weightTypes: Record<WeightType, true> = { f32: true, f16: true, int8: true }

const examples = `
Examples:
  wasmlp export model.safetensors --out model.onnx
  wasmlp export model.safetensors --out web/model.json     # and web/model.weights.bin
  wasmlp export model.safetensors --weights int8 --out small.safetensors
  wasmlp export theirs.onnx --out ours.safetensors

Weights in 16 or 8 bits are measured on the test set before they are written.
`

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('write a model in another format, or with smaller weights')
    .argument('<model>', MODEL_ARGUMENT)
    .requiredOption('--out <file>', 'file to write', place)
    .addOption(
      new Option(
        '--format <name>',
        `${listed(Object.keys(FORMAT_NAMES))} (default: by the ending of --out)`,
      ).argParser(oneOf(Object.keys(FORMAT_NAMES))),
    )
    .addOption(
      new Option(
        '--weights <type>',
        `type of the dense layers' weights: ${Object.keys(weightTypes).join(', ')}`,
      )
        .argParser(oneOf(Object.keys(weightTypes)))
        .default('f32'),
    )
  addDataOptions(command).addOption(jsonOption()).addHelpText('after', examples).action(exportModel)
}

async function exportModel(path: string, options: ExportOptions): Promise<void> {
  const { out, weights, json } = options
  const format = options.format ?? formatByName(out)
  if (format === 'layersModel' && weights === 'int8') {
    throw new InvalidArgumentError('--weights int8 cannot go into a layers-model: use f16, or another format')
  }
  const files = outFiles(out, format)
  const { model } = await loadModel(path)
  const cost = weights === 'f32' ? undefined : await measure(model, weights, options)
  const contents = await encode(model, format, weights, files)
  const bytes = contents.reduce((sum, { length }) => sum + length, 0)
  for (const [i, content] of contents.entries()) files[i]?.write(content)
  if (json) {
    const paths = files.map(file => file.path)
    printJson({
      event: 'export',
      model: path,
      format: kebabCase(format),
      weights,
      files: paths,
      bytes,
      cost: cost ?? null,
    })
    return
  }
  if (cost) printCost(cost)
  else if (weights !== 'f32') {
    printLine(
      'the cost in accuracy was not measured: there is no test set for this model; give one with --data',
    )
  }
  const names = files.map(file => locationName(file.path)).join(' and ')
  printLine(`${FORMAT_NAMES[format]}, ${weights} weights, ${count(bytes)} bytes in ${names}`)
}

function formatByName(out: string): ModelFormat {
  const format = modelFormatByName(out)
  if (format) return format
  const endings = FILE_KINDS.flatMap(({ model }) => model?.ending ?? []).join(', ')
  throw new InvalidArgumentError(
    `--out ${locationName(out)} ends in none of ${endings}: give the format with --format`,
  )
}

/** The file and, for a LayersModel, its weights' file, which is written first. */
function outFiles(out: string, format: ModelFormat): OutFile[] {
  if (format !== 'layersModel') return [new OutFile(out)]
  return [new OutFile(`${out.replace(/\.json$/, '')}.weights.bin`), new OutFile(out)]
}

/** The contents of each file. */
async function encode(
  model: Sequential,
  format: ModelFormat,
  weights: WeightType,
  [first]: readonly OutFile[],
): Promise<Uint8Array[]> {
  const { toLayersModel, toOnnx, toSafetensors } = await import('../formats/index.ts')
  switch (format) {
    case 'safetensors':
      return [await toSafetensors(model, { weights })]
    case 'onnx':
      return [await toOnnx(model, { weights })]
    case 'layersModel': {
      if (weights === 'int8') return []
      const weightsFile = basename(first?.path ?? '')
      const { modelJson, weightData } = await toLayersModel(model, { weights, weightsFile })
      return [new Uint8Array(weightData), new TextEncoder().encode(JSON.stringify(modelJson))]
    }
  }
}

/**
 * The cost of the weights on the test set; undefined where no test set was given and the default one does not suit the
 * model.
 */
async function measure(
  model: Sequential,
  weights: WeightType,
  { data, prefix, transpose }: ExportOptions,
): Promise<QuantizationCost | undefined> {
  const source = data ?? installedMnist()
  if (source === undefined) return undefined
  const { test } = await loadMnist(source, { only: 'test', ...placeOf({ prefix, transpose }) })
  const isForDigits =
    classifying(model).isClassifier &&
    model.inputSize === test.inputSize &&
    model.outputSize === MNIST_CLASSES
  if (data === undefined && !isForDigits) return undefined
  const { quantizationCost } = await import('../formats/index.ts')
  return quantizationCost(model, test, { weights })
}

const MNIST_CLASSES = 10

function printCost({ before, after, bytes }: QuantizationCost): void {
  printLine(
    `as it is       test accuracy ${percent(before.accuracy)}, loss ${loss(before.loss)} on ${count(before.samples)} images`,
  )
  printLine(`as written     test accuracy ${percent(after.accuracy)}, loss ${loss(after.loss)}`)
  printLine(`${percent(bytes.after / bytes.before)} of the size of a safetensors file with 32-bit weights`)
}
