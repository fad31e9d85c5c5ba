// Optimisers in double precision, as PyTorch defines them.

const RULES = {
  sgd: () => gradient => gradient,
  momentum:
    ({ momentum }) =>
    (gradient, state) => {
      state.velocity = momentum * (state.velocity ?? 0) + gradient
      return state.velocity
    },
  adam:
    ({ beta1, beta2, epsilon }) =>
    (gradient, state) => {
      state.step = (state.step ?? 0) + 1
      state.mean = beta1 * (state.mean ?? 0) + (1 - beta1) * gradient
      state.square = beta2 * (state.square ?? 0) + (1 - beta2) * gradient ** 2
      const mean = state.mean / (1 - beta1 ** state.step)
      return mean / (Math.sqrt(state.square / (1 - beta2 ** state.step)) + epsilon)
    },
}

/** Returns a function that takes a step with parameters, given their gradients. What it remembers of them it keeps. */
export function createUpdate({ optimizer = { name: 'sgd' }, learningRate }) {
  const direction = RULES[optimizer.name](optimizer)
  const states = new Map()
  return (values, gradients) => {
    if (!states.has(values)) {
      states.set(
        values,
        Array.from(values, () => ({})),
      )
    }
    const state = states.get(values)
    for (let i = 0; i < values.length; ++i) values[i] -= learningRate * direction(gradients[i], state[i])
  }
}
