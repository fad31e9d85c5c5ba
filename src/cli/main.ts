// The `wasmlp` command: finds the command, and turns errors into a sentence and an exit code.
import { Command, CommanderError } from 'commander'
import { WasmlpError } from '../index.ts'
import { handleClosedOutput } from './closed-output.ts'
import { addDescribe } from './describe.ts'
import { addEvaluate } from './evaluate.ts'
import { addExport } from './export.ts'
import { Failure } from './failure.ts'
import { meantOption } from './foreign-options.ts'
import { withCutWords } from './given-words.ts'
import { addInfo } from './info.ts'
import { handleSignals, Interrupted } from './interruption.ts'
import { complain, printJson, printUnexpected } from './output.ts'
import { inOwnWords } from './own-words.ts'
import { addPredict } from './predict.ts'
import { addTrain } from './train.ts'
import { version } from './version.ts'

const FAILURE = 1
const BAD_USAGE = 2

const examples = `
Examples:
  wasmlp describe flowers.csv
  wasmlp train flowers.csv --target species --out flowers.safetensors
  wasmlp predict flowers.safetensors new.csv

  wasmlp train --out model.safetensors
  wasmlp evaluate model.safetensors
  wasmlp predict model.safetensors seven.png
  wasmlp export model.safetensors --out model.onnx
  wasmlp info
`

const exitCodes = `Exit codes:
    0  done
    1  failure, described on standard error
    2  bad usage
  129  closed terminal (SIGHUP)
  130  Ctrl-C (SIGINT)
  141  the reader of the output went away (SIGPIPE)
  143  asked to end (SIGTERM)
`

const program = new Command('wasmlp')
  .description('Train dense neural networks in WebAssembly.')
  .version(version)
  .exitOverride()
  .configureOutput({ outputError: () => {} }) // `explain` prints it.
  .addHelpText('after', examples)
  .addHelpText('afterAll', exitCodes)
for (const add of [addDescribe, addTrain, addEvaluate, addPredict, addExport, addInfo]) add(program)

handleSignals()
handleClosedOutput()

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

/** Prints what went wrong to standard error, and with --json to standard output as well. Returns the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0 // --help, --version
    if (error.code === 'commander.help') return BAD_USAGE
    return tell('ERR_USAGE', withCutWords(usageSentence(error.message), process.argv), BAD_USAGE)
  }
  if (error instanceof Interrupted) {
    return error.message === '' ? error.exitCode : tell('ERR_INTERRUPTED', error.message, error.exitCode)
  }
  if (error instanceof Failure || error instanceof WasmlpError) {
    const { code } = [error, error.cause].find(reason => reason instanceof WasmlpError) ?? {}
    return tell(code ?? 'ERR_FAILURE', inOwnWords(error.message, givenCommand()), FAILURE)
  }
  printUnexpected(error)
  if (isInJson())
    printJson({ event: 'error', code: 'ERR_UNEXPECTED', message: String(error), exitCode: FAILURE })
  return FAILURE
}

/** Says a sentence. Gives the exit code. */
function tell(code: string, message: string, exitCode: number): number {
  complain(message)
  if (isInJson()) printJson({ event: 'error', code, message, exitCode })
  return exitCode
}

/** Also where the options cannot be parsed. */
function isInJson(): boolean {
  const isKnown = givenCommand()?.options.some(({ long }) => long === '--json')
  return isKnown === true && process.argv.includes('--json')
}

/** Commander's message in one sentence, with a hint. */
function usageSentence(message: string): string {
  const sentence = message
    .replace(/^error: /, '')
    .replace(/^option '(--[\w-]+),? .*' argument '(.*)' is invalid\. /s, '$1 is "$2": ')
    .replace(/^option '.*' value '(.*)' from env '(\w+)' is invalid\. /s, '$2 is "$1": ')
    .replace(/\n\(Did you mean (.*)\?\)$/, ', did you mean $1?')
    .replace(/\. Expected (.*)\.$/, ': expected $1')
  const command = givenCommand()
  const [, given = ''] = /^unknown option '(-[^']*)'/.exec(sentence) ?? []
  const known = (command ?? program).options.flatMap(({ long }) => long ?? [])
  const meant = given && meantOption(given, known)
  if (meant) return usage(`unknown option '${given}', did you mean ${meant}?`, command)
  return usage(sentence, command)
}

/** With a hint. */
function usage(sentence: string, command: Command | undefined): string {
  return `${sentence} (see wasmlp ${command ? `${command.name()} ` : ''}--help)`
}

/** The requested command, if there is one of that name. */
function givenCommand(): Command | undefined {
  return program.commands.find(candidate => candidate.name() === process.argv[2])
}
