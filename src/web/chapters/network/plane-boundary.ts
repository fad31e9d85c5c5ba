// Where a network's answer changes from one class to the other, over the grid of the units' pictures.
import { bendOf, contour, type Segments } from './contour.ts'
import { EXTENT } from './plane-data.ts'

/** Points in each direction of the units' pictures. */
export const GRID = 61
/** A boundary is straight where its distance from a straight line, in units of the plane, is less. */
const STRAIGHT = 0.02

/** The line where both classes are equally probable. */
export interface Boundary {
  readonly segments: Segments
  /** Its largest distance from a straight line, in units of the plane; undefined where there is no line in it. */
  readonly bend: number | undefined
  readonly isStraight: boolean
}

export function boundaryOf(predictions: Float32Array): Boundary {
  const segments = contour(predictions, GRID, GRID, 0.5)
  const bend = segments.length > 0 ? (bendOf(segments) * 2 * EXTENT) / (GRID - 1) : undefined
  return { segments, bend, isStraight: bend !== undefined && bend < STRAIGHT }
}
