// `wasmlp evaluate`: measures a model on the test set.
import type { Command } from 'commander'
import { type BuildChoice, loadMnist } from '../index.ts'
import { findMnist } from './mnist-directory.ts'
import { loadModel } from './model-file.ts'
import { buildOption, dataOption, jsonOption, prefixOption } from './option-values.ts'
import { count, loss, percent, printJson, printLine } from './output.ts'

interface EvaluateOptions {
  data?: string
  prefix?: string
  build: BuildChoice
  json?: true
}

export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('measure a model on the test set')
    .argument('<model>', 'file of "wasmlp train --out"')
    .addOption(dataOption())
    .addOption(prefixOption())
    .addOption(buildOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  wasmlp evaluate model.safetensors --json\n')
    .action(evaluate)
}

async function evaluate(path: string, options: EvaluateOptions): Promise<void> {
  const { build, prefix } = options
  const { model } = await loadModel(path, build)
  const { test } = await loadMnist(findMnist(options.data), {
    only: 'test',
    build,
    ...(prefix !== undefined && { prefix }),
  })
  const result = await model.evaluate(test)
  if (options.json) {
    const { samples, accuracy } = result
    printJson({ event: 'evaluate', samples, loss: result.loss, accuracy })
  } else {
    printLine(
      `test accuracy ${percent(result.accuracy)}, loss ${loss(result.loss)} on ${count(result.samples)} images`,
    )
  }
}
