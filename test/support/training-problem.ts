// A small training whose data are bytes, mostly 0: its first layer is sparse, and its loss goes up and down.
export const SAMPLES = 70
export const INPUTS = 30
export const CLASSES = 4

/** The class says which of some pixels is the brightest, to which there is some noise. */
export function trainingProblem(samples = SAMPLES) {
  const inputs = new Uint8Array(samples * INPUTS)
  const labels: number[] = []
  for (let i = 0; i < samples; ++i) {
    const label = (i * 7) % CLASSES
    labels.push(i % 11 === 0 ? (label + 1) % CLASSES : label)
    inputs[i * INPUTS + label] = 100 + ((i * 37) % 150)
    inputs[i * INPUTS + 4 + ((i * 13) % (INPUTS - 4))] = (i * 91) % 256
  }
  return { inputs, inputSize: INPUTS, bytes: 'pixels' as const, labels }
}

/** Logs that do not depend on the clock. */
export const withoutSeconds = <Logs extends { seconds?: number }>(logs: readonly Logs[]) =>
  logs.map(({ seconds, ...rest }) => rest)
