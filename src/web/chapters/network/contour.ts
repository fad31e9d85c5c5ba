// Lines of equal height over a grid, by marching squares, and how far one is from a straight line.

/** Pieces of a line, four numbers each: x and y of both ends, in columns and rows of the grid. */
export type Segments = readonly number[]

/** Where `values`, a row-major grid, passes `level`. Between grid points it is taken as linear. */
export function contour(values: ArrayLike<number>, columns: number, rows: number, level: number): number[] {
  const segments: number[] = []
  // Where the line crosses the four sides of a square; at most four places.
  const crossings: number[] = []
  const cross = (x: number, y: number, dx: number, dy: number, from: number, to: number) => {
    if (from >= level === to >= level) return
    const share = (level - from) / (to - from)
    crossings.push(x + dx * share, y + dy * share)
  }
  for (let row = 0; row < rows - 1; ++row) {
    for (let column = 0; column < columns - 1; ++column) {
      const at = row * columns + column
      const a = values[at] ?? 0
      const b = values[at + 1] ?? 0
      const c = values[at + columns + 1] ?? 0
      const d = values[at + columns] ?? 0
      crossings.length = 0
      cross(column, row, 1, 0, a, b)
      cross(column + 1, row, 0, 1, b, c)
      cross(column + 1, row + 1, -1, 0, c, d)
      cross(column, row + 1, 0, -1, d, a)
      // A saddle is crossed by two lines. The mean of its corners says which corners they cut off.
      if (crossings.length === 8 && a >= level !== (a + b + c + d) / 4 >= level) {
        crossings.push(...crossings.splice(0, 2))
      }
      segments.push(...crossings)
    }
  }
  return segments
}

/**
 * The largest distance of a line's points from the straight line that fits them best (total least squares), in units of
 * the grid; 0 where there is no line.
 */
export function bendOf(segments: Segments): number {
  const count = segments.length / 2
  if (count === 0) return 0
  let [meanX, meanY] = [0, 0]
  for (let i = 0; i < segments.length; i += 2) {
    meanX += (segments[i] ?? 0) / count
    meanY += (segments[i + 1] ?? 0) / count
  }
  let [xx, xy, yy] = [0, 0, 0]
  for (let i = 0; i < segments.length; i += 2) {
    const x = (segments[i] ?? 0) - meanX
    const y = (segments[i + 1] ?? 0) - meanY
    xx += x * x
    xy += x * y
    yy += y * y
  }
  // The direction in which the points spread most; what is across it is distance.
  const angle = Math.atan2(2 * xy, xx - yy) / 2
  const [across, along] = [-Math.sin(angle), Math.cos(angle)]
  let largest = 0
  for (let i = 0; i < segments.length; i += 2) {
    const distance = ((segments[i] ?? 0) - meanX) * across + ((segments[i + 1] ?? 0) - meanY) * along
    largest = Math.max(largest, Math.abs(distance))
  }
  return largest
}
