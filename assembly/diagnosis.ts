// What tells whether a layer can learn: units whose activation is flat where the data are.
import { activationGradient } from './activations';
import { firstElement } from './share';

/**
 * countsⱼ (i32) ← countsⱼ + number of rows i with |h′(zᵢⱼ)| < limit, for y = h(z), both rows × units. A NaN is not counted.
 * `workspace`: 2·units floats.
 */
export function countFlat(
  kind: i32, slope: f32, rows: i32, units: i32, z: usize, y: usize, limit: f32, counts: usize, workspace: usize,
  thread: i32, threads: i32,
): void {
  const first = <usize>firstElement(units, 16, thread, threads) << 2;
  const width = (<usize>firstElement(units, 16, thread + 1, threads) << 2) - first;
  const ld = <usize>units << 2;
  const ones = workspace + first;
  const derivative = ones + ld;
  for (let j: usize = 0; j < width; j += 4) store<f32>(ones + j, 1);
  counts += first;
  for (let i = 0, at = first; i < rows; ++i, at += ld) {
    activationGradient(kind, z + at, y + at, ones, derivative, <i32>(width >> 2), slope);
    for (let j: usize = 0; j < width; j += 4) {
      const isFlat = abs(load<f32>(derivative + j)) < limit;
      store<i32>(counts + j, load<i32>(counts + j) + <i32>isFlat);
    }
  }
}
