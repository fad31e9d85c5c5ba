// Whether a training's state is what it should be, before it is written: whoever reads a checkpoint has nothing else.
import { isFloat32Array } from '../brands.ts'
import { describeValue } from '../describe-value.ts'
import { CheckpointError } from '../errors.ts'
import type { ParameterLayout } from '../network/parameters.ts'
import { OPTIMIZER_KERNELS } from '../wasm/exports.ts'
import type { TrainingState } from './state.ts'

/** Throws {@link CheckpointError} for vectors of another kind or length, and for those that the optimiser has not. */
export function checkState(
  { optimizer, earlyStopping, parameters }: TrainingState,
  layout: Pick<ParameterLayout, 'length' | 'trainableLength'>,
): void {
  const check = (name: string, vector: unknown, length: number) => {
    if (isFloat32Array(vector) && vector.length === length) return
    const found = isFloat32Array(vector) ? `${vector.length} floats` : describeValue(vector)
    throw new CheckpointError(
      `the training's state has ${found} as ${name}, expected ${length} floats: no checkpoint can be made of it`,
    )
  }
  if (parameters) check('parameters', parameters, layout.length)
  if (earlyStopping?.parameters) {
    check('earlyStopping.parameters', earlyStopping.parameters, layout.length)
  }
  if (!optimizer) return
  const known: readonly string[] | undefined = OPTIMIZER_KERNELS[optimizer.name]?.vectors
  for (const [name, vector] of Object.entries(optimizer.vectors)) {
    if (!known?.includes(name)) {
      throw new CheckpointError(`the training's state has a vector ${name}, which ${optimizer.name} has not`)
    }
    check(`${name} of ${optimizer.name}`, vector, layout.trainableLength)
  }
  if (optimizer.pending) check('pending.gradients', optimizer.pending.gradients, layout.length)
}
