// The library's errors in the words of the command line: `--batch-size 50` where a program says `batchSize: 50`.

import type { Command } from 'commander'
import { locationName } from '../quote-names.ts'
import { kebabCase } from './option-values.ts'
import { inTableWords } from './table-words.ts'

/** Names that another option sets, or none does. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'optimizer.algorithm.name': '--optimizer',
  'schedule.name': '--schedule',
  'loss.name': '--loss',
  'earlyStopping.monitor': '--early-stopping',
  samples: 'the number of training images or rows',
  inputSize: 'the number of its inputs',
  validationSamples: 'the number of images or rows to validate on',
}

/** An error's message; `command` is the one that ran. */
export function inOwnWords(message: string, command: Command | undefined): string {
  if (!command) return message
  const { checkpoint } = command.opts<{ checkpoint?: string }>()
  const place = checkpoint === undefined ? 'the directory' : locationName(checkpoint)
  return withFlags(
    inTableWords(message)
      .replace(
        /^the store has checkpoints of a training, the last (\S+): .*$/,
        (_, last: string) =>
          `${place} has checkpoints of a training, the last ${last}: continue with --resume, or give another directory with --checkpoint`,
      )
      .replace(
        /^the training to resume has (\S+) (.*), and this one (.*): use.*$/,
        (_, path: string, was: string, is: string) =>
          `the training in ${place} differs in ${flagOf(path, command)}, ${was} there and ${is} here: give the same, or another directory with --checkpoint`,
      )
      .replace(/^no checkpoint in the store can be read/, () => `no checkpoint in ${place} can be read`)
      .replace(/^checkpoints: the store cannot be listed/, () => `${place} cannot be listed`)
      .replace(/^checkpoints: the store cannot be written to/, () => `${place} cannot be written to`)
      .replace(/^checkpoints: (.*) cannot be written/, (_, file) => `${place}/${file} cannot be written`)
      .replace(/^split\((.*?)\) of (\d+) samples gives/, '--validation $1 of $2 images gives')
      .replace(/ ?The weights are (those before this batch|the last copy that gave a finite loss)\./, '')
      .replace(/; they are the last copy that gave a finite loss\./, '.')
      .replace(/, which loadSafetensors takes/, ', which --init takes'),
    command,
  )
}

/** The option that sets `a.b.batchSize` of a training; the path itself where none does. */
function flagOf(path: string, command: Command): string {
  const name = path.replace(/^.*\./, '')
  return OTHER_NAMES[path] ?? (optionNames(command).includes(name) ? `--${kebabCase(name)}` : path)
}

/** Replaces names of several words, which mean nothing else unless they are in quotes, and names that a message calls an option. */
function withFlags(message: string, command: Command): string {
  return optionNames(command).reduce((text, name) => {
    const flag = `--${kebabCase(name)}`
    const isWord = !/[A-Z]/.test(name)
    if (isWord) return text.replace(new RegExp(`\\bthe option ${name}\\b`), flag)
    return text
      .replace(new RegExp(`(?<![\\w./"-])${name}: '?([\\w-]+)'?`, 'g'), `${flag} $1`)
      .replace(new RegExp(`(?<![\\w./"-])${name}\\b`, 'g'), flag)
  }, message)
}

const optionNames = (command: Command): string[] => command.options.map(option => option.attributeName())
