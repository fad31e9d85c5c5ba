// Written by `npm run generate` from the comments in src/optimizers/*-table.ts: change those.

/** The options of optimizers, in the order of the help. */
export const optimizerTexts = {
  momentum: 'share of a step that continues in the next',
  beta1: 'decay of the mean gradient; for lion, its share in a step',
  beta2: 'decay of the mean squared gradient; for lion, of the mean gradient',
  alpha: 'decay of the mean squared gradient',
  centered: 'divide by the standard deviation of the gradient',
  epsilon: 'added to the divisor',
  momentumDecay: 'rate at which the momentum rises to beta1',
  decoupledWeightDecay: 'decay weights separately from the gradient, as adamw does',
  weightDecay: 'L2 penalty of all parameters, including biases; decoupled for adamw and lion',
}

/** The options of schedules, in the order of the help. */
export const scheduleTexts = {
  warmUp: 'epochs, or a fraction of one, in which the learning rate first rises from 0',
  every: 'epochs from one step to the next',
  factor: 'factor of a reduction',
  period: 'epochs of the first period',
  periodFactor: 'length of each period divided by that of the one before',
  minimum: 'the lowest learning rate',
  patience: 'epochs without improvement before a reduction',
  threshold: 'a loss below (1 − threshold)·best is an improvement',
  cooldown: 'epochs after a reduction that do not count',
  pctStart: 'share of the iterations in which the learning rate rises',
  divFactor: 'the highest learning rate divided by the first',
  finalDivFactor: 'the first learning rate divided by the last',
  anneal: 'curve of the rise and of the fall',
}
