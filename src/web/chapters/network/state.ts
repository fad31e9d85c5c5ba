// What the chapter's exhibits hold while the page is open.
import { computed, signal } from '@preact/signals'
import { Deep } from './deep.model.ts'
import { Fold } from './fold.model.ts'
import { kernels } from './kernels.ts'
import { Line } from './line.model.ts'
import { Pipeline } from './pipeline.model.ts'
import { Plane } from './plane.model.ts'
import { PlaneLink } from './plane-link.model.ts'
import { planeSignals } from './plane-settings.ts'

export const line = new Line(kernels)
export const pipeline = new Pipeline(kernels)
export const fold = new Fold(kernels)
export const deep = new Deep()
export const plane = new Plane(kernels, planeSignals())
export const planeLink = new PlaneLink()

/** The class of the points that the visitor sets. */
export const planeClass = signal<0 | 1>(0)

/** A unit of the plane's network; both count from 0, and the output layer counts as one more. */
export interface UnitPlace {
  readonly layer: number
  readonly unit: number
}

/** Under the mouse. */
export const hoveredUnit = signal<UnitPlace | undefined>(undefined)
/** Pressed. */
export const pinnedUnit = signal<UnitPlace | undefined>(undefined)

/** What the large picture shows; undefined for the network's answer, and where the network has no such unit. */
export const shownUnit = computed(() => {
  const place = hoveredUnit.value ?? pinnedUnit.value
  const layers = plane.shown.value?.layers ?? []
  const isThere = place && place.layer < layers.length - 1 && place.unit < (layers[place.layer]?.units ?? 0)
  return isThere ? place : undefined
})
