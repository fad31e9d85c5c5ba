// Orthonormal rows, for orthogonal initial weights.
import { saxpy, sdot, sscal } from './blas';

/**
 * The rows of x (rows × columns, rows ≤ columns, linearly independent) ← an orthonormal basis of what they span, times
 * `gain`, by the modified Gram–Schmidt process. Each row is made orthogonal twice to those before it. Then it is so to
 * working precision, however nearly dependent they were. Source: Giraud, Langou & Rozložník, "The loss of orthogonality
 * in the Gram-Schmidt orthogonalization process", 2005.
 *
 * With Q the result, xᵀ = Qᵀ·R where R's diagonal is positive. That makes Q unique.
 */
export function orthonormalize(x: usize, rows: i32, columns: i32, gain: f32): void {
  const row = <usize>columns << 2;
  const end = x + <usize>rows * row;
  for (let xi = x; xi < end; xi += row) {
    for (let pass = 0; pass < 2; ++pass) {
      for (let xj = x; xj < xi; xj += row) saxpy(columns, -sdot(columns, xj, 1, xi, 1), xj, 1, xi, 1);
    }
    sscal(columns, 1 / sqrt(sdot(columns, xi, 1, xi, 1)), xi, 1);
  }
  if (gain != 1) sscal(rows * columns, gain, x, 1);
}
