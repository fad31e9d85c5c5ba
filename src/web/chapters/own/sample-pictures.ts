// Pictures for those who have none at hand: circles, squares and triangles, from a seeded generator.
import { MASTER_SIDE } from './pictures.model.ts'
import { random } from './random.ts'

export const SHAPES = ['circle', 'square', 'triangle'] as const
export type Shape = (typeof SHAPES)[number]

/** Whether a point is in a shape of radius 1 about 0. */
const INSIDE: Record<Shape, (x: number, y: number) => boolean> = {
  circle: (x, y) => x * x + y * y <= 1,
  square: (x, y) => Math.abs(x) <= 0.8 && Math.abs(y) <= 0.8,
  triangle: (x, y) => y <= 0.7 && y >= -1 + Math.abs(x) * 1.7,
}

/** A picture of a shape, red, green and blue by pixel, rows first: any colours, size, place and angle. */
export function shapePicture(shape: Shape, seed: number): Uint8Array {
  const next = random(seed * 3 + SHAPES.indexOf(shape) + 1)
  const between = (least: number, most: number) => least + (most - least) * next()
  const radius = between(0.22, 0.36)
  const [centreX, centreY] = [between(0.4, 0.6), between(0.4, 0.6)]
  const angle = between(-0.35, 0.35)
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const dark = [between(0, 110), between(0, 110), between(0, 110)]
  const light = [between(150, 255), between(150, 255), between(150, 255)]
  const isInside = INSIDE[shape]
  const pixels = new Uint8Array(MASTER_SIDE * MASTER_SIDE * 3)
  for (let row = 0; row < MASTER_SIDE; ++row) {
    for (let column = 0; column < MASTER_SIDE; ++column) {
      let share = 0
      for (const [dx, dy] of [
        [0.25, 0.25],
        [0.75, 0.25],
        [0.25, 0.75],
        [0.75, 0.75],
      ] as const) {
        const x = ((column + dx) / MASTER_SIDE - centreX) / radius
        const y = ((row + dy) / MASTER_SIDE - centreY) / radius
        if (isInside(cosine * x + sine * y, cosine * y - sine * x)) share += 0.25
      }
      for (let i = 0; i < 3; ++i) {
        const value = (light[i] ?? 0) * (1 - share) + (dark[i] ?? 0) * share
        pixels[(row * MASTER_SIDE + column) * 3 + i] = Math.round(value + between(-6, 6))
      }
    }
  }
  return pixels
}
