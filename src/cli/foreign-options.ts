// What other trainers call options, for errors about unknown ones.

/** Regular expressions for the names without leading dashes, and our names. */
const NAMES: readonly (readonly [foreign: RegExp, here: string])[] = [
  [/^lr$|^learning-rate-init$|^eta$|^step-size$/, '--learning-rate'],
  [/^(wd|decay)$/, '--weight-decay'],
  [/^(bs|batch|minibatch)$/, '--batch-size'],
  [/^(n|num|max)-epochs?$|^max-iter$|^nb-epoch$/, '--epochs'],
  [/^(random-(state|seed)|manual-seed)$/, '--seed'],
  [/^(optim|opt|solver)$/, '--optimizer'],
  [/^(lr-)?(scheduler|schedule|policy)$/, '--schedule'],
  [/^(val|validation)-(split|fraction|size)$|^val$/, '--validation-split'],
  [/^hidden-(size|sizes|layer-sizes|units|layers)$|^(layers|units)$/, '--hidden'],
  [/^(dropout-rate|drop)$/, '--dropout'],
  [/^(grad-clip|clip-grad|max-norm|clip-grad-norm|gradient-clip)$/, '--clip-norm'],
  [/^(output|save|save-path|model-out)$/, '--out'],
  [/^(data-?(dir|path|root)|dataset|input)$/, '--data'],
  [/^(workers|num-workers|num-threads|jobs)$/, '--threads'],
  [/^(checkpoint-(dir|path)|ckpt|save-dir)$/, '--checkpoint'],
  [/^(pretrained|init-from|weights-init)$/, '--init'],
]

/** The option of `known` that was meant by another, such as `--learning-rate` by `--lr`. */
export function meantOption(given: string, known: readonly string[]): string | undefined {
  const name = given
    .replace(/^-+|=.*/g, '')
    .replaceAll('_', '-')
    .toLowerCase()
  const meant = NAMES.find(([foreign]) => foreign.test(name))?.[1] ?? `--${name}`
  return known.includes(meant) ? meant : undefined
}
