// The network of the fold: two inputs, two hidden units that move into the output, one output.
import type { ReadonlySignal } from '@preact/signals'
import { useId, useRef } from 'preact/hooks'
import { useWidth } from '../../parts/use-size.ts'
import { plain, sumOf } from './equations.ts'
import type { WeightName } from './fold.model.ts'
import { fold } from './state.ts'
import { words } from './texts.ts'

interface Spot {
  readonly x: number
  readonly y: number
}

const RADIUS = 22
const HEIGHT = 300

export function FoldPicture({ share }: { share: ReadonlySignal<number> }) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box).value
  return (
    <div class="diagram" ref={box} style={{ height: `${HEIGHT}px` }}>
      {width > 0 && <Diagram width={width} t={eased(share.value)} />}
    </div>
  )
}

/** Slow at both ends. */
const eased = (share: number) => share * share * (3 - 2 * share)

function between(a: Spot, b: Spot, t: number): Spot {
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t }
}

function Diagram({ width, t }: { width: number; t: number }) {
  const id = useId()
  const text = words.value.fold
  const { w1, w2, b } = fold.folded.value
  const w = (name: WeightName) => fold.weights[name].value
  const left = RADIUS + 6
  const right = width - RADIUS - 6
  const [x1, x2] = [
    { x: left, y: 60 },
    { x: left, y: HEIGHT - 60 },
  ]
  const z = { x: right, y: HEIGHT / 2 }
  const y1 = between({ x: width / 2, y: 60 }, z, t)
  const y2 = between({ x: width / 2, y: HEIGHT - 60 }, z, t)
  const two = { opacity: 1 - Math.min(1, 2.5 * t) }
  const one = { opacity: Math.max(0, 2.5 * t - 1.5) }
  return (
    <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-labelledby={id}>
      <title id={id}>{text.picture(sumOf([[w1, 'x₁'], [w2, 'x₂'], [b]]), fold.isFolded.value)}</title>
      <g>
        <Edge from={x1} to={y1} weight={t < 1 ? w('w11') : w1} />
        <Edge from={x2} to={y1} weight={t < 1 ? w('w21') : w2} />
        <Edge from={x1} to={y2} weight={t < 1 ? w('w12') : w1} />
        <Edge from={x2} to={y2} weight={t < 1 ? w('w22') : w2} />
        {t < 1 && <Edge from={y1} to={z} weight={w('v1')} />}
        {t < 1 && <Edge from={y2} to={z} weight={w('v2')} />}
      </g>
      {t < 1 && (
        <g style={two}>
          <EdgeLabel from={x1} to={y1} at={0.5} value={w('w11')} />
          <EdgeLabel from={x2} to={y1} at={0.32} value={w('w21')} />
          <EdgeLabel from={x1} to={y2} at={0.32} value={w('w12')} />
          <EdgeLabel from={x2} to={y2} at={0.5} value={w('w22')} />
          <EdgeLabel from={y1} to={z} at={0.5} value={w('v1')} />
          <EdgeLabel from={y2} to={z} at={0.5} value={w('v2')} />
        </g>
      )}
      {t > 0 && (
        <g style={one}>
          <EdgeLabel from={x1} to={z} at={0.5} value={w1} isStrong />
          <EdgeLabel from={x2} to={z} at={0.5} value={w2} isStrong />
        </g>
      )}
      <Node spot={x1} name="x₁" />
      <Node spot={x2} name="x₂" />
      {t < 1 && (
        <g style={{ opacity: 1 - t * t }}>
          <Node spot={y1} name="y₁" note={bias(w('b1'))} noteOpacity={two.opacity} />
          <Node spot={y2} name="y₂" note={bias(w('b2'))} noteOpacity={two.opacity} />
        </g>
      )}
      <Node spot={z} name="z" note={bias(t < 0.5 ? w('c') : b)} isOutput />
    </svg>
  )
}

const bias = (value: number) => (value < 0 ? `− ${plain(-value)}` : `+ ${plain(value)}`)

function Edge({ from, to, weight }: { from: Spot; to: Spot; weight: number }) {
  const tone = weight === 0 ? 'none' : weight < 0 ? 'blue' : 'orange'
  const thickness = weight === 0 ? 1 : 1 + Math.min(Math.abs(weight), 9) * 0.8
  return (
    <line class={`edge tone-${tone}`} x1={from.x} y1={from.y} x2={to.x} y2={to.y} stroke-width={thickness} />
  )
}

interface EdgeLabelProps {
  from: Spot
  to: Spot
  /** Where on the edge, 0–1. */
  at: number
  value: number
  isStrong?: boolean
}

function EdgeLabel({ from, to, at, value, isStrong = false }: EdgeLabelProps) {
  const { x, y } = between(from, to, at)
  const text = plain(value)
  const width = 14 + 9 * text.length
  return (
    <g class={`edge-label${isStrong ? ' strong' : ''}`} transform={`translate(${x} ${y})`}>
      <rect x={-width / 2} y={-13} width={width} height={26} rx={13} />
      <text text-anchor="middle" dy="0.34em">
        {text}
      </text>
    </g>
  )
}

interface NodeProps {
  spot: Spot
  name: string
  /** Below it. */
  note?: string
  noteOpacity?: number
  isOutput?: boolean
}

function Node({ spot, name, note, noteOpacity = 1, isOutput = false }: NodeProps) {
  return (
    <g class={`node${isOutput ? ' output' : ''}`} transform={`translate(${spot.x} ${spot.y})`}>
      <circle r={RADIUS} />
      <text text-anchor="middle" dy="0.34em">
        {name}
      </text>
      {note !== undefined && (
        <text class="note" text-anchor="middle" y={RADIUS + 18} style={{ opacity: noteOpacity }}>
          {note}
        </text>
      )}
    </g>
  )
}
