// `wasmlp info`: what runs here, or what is in a model file.
import type { Command } from 'commander'
import { capabilities, configure } from '../index.ts'
import { locationName } from '../quote-names.ts'
import { jsonOption } from './common-options.ts'
import { layerFields } from './layer-fields.ts'
import { FORMAT_NAMES, loadModel, MODEL_ARGUMENT } from './model-file.ts'
import { kebabCase } from './option-values.ts'
import { count, printJson, printLine, printLines } from './output.ts'
import { type VectorFlags, vectorsOption } from './vectors.ts'
import { version } from './version.ts'

interface InfoOptions extends Pick<VectorFlags, 'vectors'> {
  json?: boolean
}

export function addInfo(program: Command): void {
  program
    .command('info')
    .description('describe this installation, or a model')
    .argument('[model]', MODEL_ARGUMENT)
    .addOption(vectorsOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  wasmlp info\n  wasmlp info model.safetensors\n')
    .action((path: string | undefined, { json = false, vectors }: InfoOptions) =>
      path === undefined ? describeInstallation(json, vectors) : describeModel(path, json),
    )
}

async function describeInstallation(json: boolean, vectors: VectorFlags['vectors']): Promise<void> {
  if (vectors === '256') await configure({ vectors: 256 })
  const found = capabilities()
  const { build, reason, simd, relaxedSimd, threads, threadsReason } = found
  const node = process.versions.node
  if (json) {
    printJson({ event: 'info', version, node, ...found })
    return
  }
  printLine(`wasmlp        ${version}`)
  printLine(`node          ${node}`)
  printLine(`build         ${build}: ${reason}`)
  printLine(`SIMD          ${simd ? 'yes' : 'no'}`)
  printLine(`relaxed SIMD  ${relaxedSimd ? 'yes' : 'no'}`)
  if (vectors !== '256')
    printLine('vectors       train and evaluate try 256 bits: see wasmlp info --vectors 256')
  printLine(`threads       ${threads}: ${threadsReason}`)
}

async function describeModel(path: string, json: boolean): Promise<void> {
  const { model, bytes, format } = await loadModel(path)
  const { inputSize } = model
  if (json) {
    const layers = model.layers.map(layerFields)
    printJson({
      event: 'info',
      model: path,
      format: kebabCase(format),
      bytes,
      inputSize,
      layers,
      parameters: model.parameterCount,
    })
    return
  }
  printLine(`${locationName(path)}: ${FORMAT_NAMES[format]}, ${count(bytes)} bytes, ${inputSize} inputs`)
  printLine()
  printLines(model.summary())
}
