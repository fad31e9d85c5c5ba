// The program at the chapter's end: the lecture's numbers, computed as the exhibits compute them.

export const program = `import { createKernels } from 'wasmlp/kernels'

const kernels = await createKernels()
const [a, h, one, slope] = [0, 1, 2, 3].map(() => kernels.f32(1))
one.view[0] = 1

// The sigmoid's slope is largest at 0: 0.25.
for (const place of [-4, -2, 0, 2, 4]) {
  a.view[0] = place
  kernels.activation('sigmoid', a, h)
  kernels.activationGradient('sigmoid', a, h, one, slope)
  console.log(place, h.view[0].toFixed(3), slope.view[0].toFixed(3))
}

// The lecture's chain: what two sigmoids leave of a gradient of 1.
let gradient = 1
for (const output of [0.67, 0.73]) {
  h.view[0] = output
  one.view[0] = gradient
  kernels.activationGradient('sigmoid', a, h, one, slope)
  gradient = Number(slope.view[0].toPrecision(2))
  console.log(gradient)
}

// Softmax, with and without a constant.
const [scores, probabilities] = [kernels.f32(3), kernels.f32(3)]
for (const constant of [0, 1000]) {
  scores.view.set([0.3, 2.9, 4.0].map(score => score + constant))
  kernels.softmax(scores, probabilities, 1, 3)
  console.log([...probabilities.view].map(value => value.toFixed(3)).join(' '))
}
`
