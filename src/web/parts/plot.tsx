// A plot: two axes, and within them a canvas for what is dense or moves, and SVG for lines, points and handles.
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale'
import { type ComponentChildren, createContext } from 'preact'
import { useContext, useId, useRef } from 'preact/hooks'
import { formatNumber } from '../languages.ts'
import { type Draw, useDrawing } from './canvas.tsx'
import type { Palette } from './palette.ts'
import { useWidth } from './use-size.ts'

export type Tone = 'blue' | 'orange' | 'grey' | 'ink' | 'accent'

export interface Axis {
  readonly domain: readonly [from: number, to: number]
  /** Its name, beside it. */
  readonly name: string
  readonly isLogarithmic?: boolean
  /** About how many ticks; 5 unless told. */
  readonly ticks?: number
  /** How ticks are written; with the decimals that they need unless told. */
  format?(value: number): string
}

/** Where values are, in CSS pixels from the plot's upper left corner. */
export interface PlotArea {
  readonly x: ScaleContinuousNumeric<number, number>
  readonly y: ScaleContinuousNumeric<number, number>
  /** The part within the axes. */
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface PlotProps {
  x: Axis
  y: Axis
  /** Height over width. */
  aspect?: number
  /** The same where the plot is narrow, as on a phone. */
  narrowAspect?: number
  /** What it shows, in a sentence with its numbers, for those who do not see it. */
  description: string
  /** Draws below the lines, as {@link Draw} does; it is cut at the axes. */
  draw?(context: CanvasRenderingContext2D, area: PlotArea, colors: Palette): void
  /** {@link Line}, {@link Dots}, {@link Handle} and SVG of your own by {@link usePlot}. */
  children?: ComponentChildren
}

const MARGIN = { left: 52, right: 14, top: 26, bottom: 44 }

/** A plot that is less wide, in CSS pixels, is narrow. */
const NARROW = 480

const Area = createContext<PlotArea | undefined>(undefined)

/** The area of the plot that a component is in. */
export function usePlot(): PlotArea {
  const area = useContext(Area)
  if (!area) throw new Error('this part stands within a <Plot>')
  return area
}

/**
 * Axes with ticks and a grid; the children draw within.
 *
 * @example
 * <Plot x={{ domain: [-2, 4], name: 'x' }} y={{ domain: [-5, 7], name: 'y' }} description={words.value.plot}>
 *   <Line points={[[-2, -5], [4, 7]]} tone="blue" />
 *   <Dots points={samples} tone="orange" />
 * </Plot>
 */
export function Plot(props: PlotProps) {
  const { x, y, description, draw, children } = props
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box).value
  const { aspect: wide = 0.66, narrowAspect = wide } = props
  const aspect = width < NARROW ? narrowAspect : wide
  const height = width * aspect
  const id = useId()
  const area = areaOf(x, y, width, height)
  return (
    <div class="plot" ref={box} style={{ aspectRatio: `1 / ${aspect}` }}>
      {width > 0 && draw && <Under area={area} draw={draw} />}
      {width > 0 && (
        // A group, since handles within it are controls of their own.
        <svg role="group" aria-labelledby={id} viewBox={`0 0 ${width} ${height}`}>
          <title id={id}>{description}</title>
          <g aria-hidden="true">
            <Grid axis={x} area={area} isHorizontal />
            <Grid axis={y} area={area} />
          </g>
          <Area.Provider value={area}>{children}</Area.Provider>
        </svg>
      )}
    </div>
  )
}

function areaOf(x: Axis, y: Axis, width: number, height: number): PlotArea {
  const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right, MARGIN.top, height - MARGIN.bottom]
  return { x: scaleOf(x, left, right), y: scaleOf(y, bottom, top), left, right, top, bottom }
}

function scaleOf({ domain, isLogarithmic }: Axis, from: number, to: number) {
  return (isLogarithmic ? scaleLog() : scaleLinear()).domain(domain).range([from, to])
}

function Under({ area, draw }: { area: PlotArea; draw: NonNullable<PlotProps['draw']> }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const within: Draw = (context, _, colors) => {
    context.save()
    context.beginPath()
    context.rect(area.left, area.top, area.right - area.left, area.bottom - area.top)
    context.clip()
    draw(context, area, colors)
    context.restore()
  }
  useDrawing(canvas, within)
  return <canvas ref={canvas} aria-hidden="true" />
}

interface GridProps {
  axis: Axis
  area: PlotArea
  isHorizontal?: boolean
}

function Grid({ axis, area, isHorizontal = false }: GridProps) {
  const scale = isHorizontal ? area.x : area.y
  const { left, right, top, bottom } = area
  const ticks = ticksOf(axis, scale)
  return (
    <>
      {ticks.map(tick => {
        const at = scale(tick)
        const text = axis.format?.(tick) ?? (axis.isLogarithmic ? powerText(tick) : tickText(tick, ticks))
        const zero = tick === 0 ? ' zero' : ''
        return isHorizontal ? (
          <g key={tick}>
            <line class={`grid${zero}`} x1={at} x2={at} y1={top} y2={bottom} />
            <text x={at} y={bottom + 18} text-anchor="middle">
              {text}
            </text>
          </g>
        ) : (
          <g key={tick}>
            <line class={`grid${zero}`} x1={left} x2={right} y1={at} y2={at} />
            <text x={left - 8} y={at} dy="0.32em" text-anchor="end">
              {text}
            </text>
          </g>
        )
      })}
      {isHorizontal ? (
        <text class="axis-name" x={right} y={bottom + 38} text-anchor="end">
          {axis.name}
        </text>
      ) : (
        <text class="axis-name" x={left} y={top - 10} text-anchor="start">
          {axis.name}
        </text>
      )}
    </>
  )
}

/** Of a logarithmic scale its powers of ten, and not all where they are many. */
function ticksOf({ isLogarithmic, ticks = 5 }: Axis, scale: PlotArea['x']): number[] {
  const all = scale.ticks(ticks)
  if (!isLogarithmic) return all
  const powers = all.filter(tick => Number.isInteger(Number(Math.log10(tick).toFixed(6))))
  const every = Math.ceil(powers.length / ticks)
  return powers.length < 2 ? all : powers.filter((_, i) => i % every === 0)
}

function tickText(tick: number, ticks: readonly number[]): string {
  const size = Math.abs(tick)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return tick.toExponential(0).replace('e+', 'e')
  const decimals = Math.max(...ticks.map(decimalsOf))
  return formatNumber(tick, Math.min(decimals, size === 0 ? decimals : 6))
}

/** 10⁻⁶, but 0.01, 1 and 100 as they are. */
function powerText(tick: number): string {
  const power = Math.log10(tick)
  if (Math.abs(power) < 3.5 || !Number.isInteger(Number(power.toFixed(6))))
    return formatNumber(tick, decimalsOf(tick))
  const digits = String(Math.round(power)).replace('-', '⁻')
  return `10${digits.replace(/\d/g, digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '')}`
}

const decimalsOf = (value: number) => (String(Number(value.toPrecision(6))).split('.')[1] ?? '').length

export interface LineProps {
  points: Iterable<readonly [x: number, y: number]>
  tone: Tone
  isDashed?: boolean
}

/** A line through points, in the axes' units. It breaks at what is not finite. */
export function Line({ points, tone, isDashed = false }: LineProps) {
  const { x, y } = usePlot()
  let path = ''
  let command = 'M'
  for (const [pointX, pointY] of points) {
    const [atX, atY] = [x(pointX), y(pointY)]
    if (Number.isFinite(atX) && Number.isFinite(atY)) {
      path += `${command}${atX.toFixed(1)} ${atY.toFixed(1)}`
      command = 'L'
    } else command = 'M'
  }
  return <path class={`line tone-${tone}${isDashed ? ' dashed' : ''}`} d={path} />
}

export interface DotsProps {
  points: Iterable<readonly [x: number, y: number]>
  tone: Tone
  /** In CSS pixels. */
  radius?: number
}

/** Points, in the axes' units. */
export function Dots({ points, tone, radius = 5 }: DotsProps) {
  const { x, y } = usePlot()
  return (
    <>
      {[...points].map(([pointX, pointY], i) => (
        <circle key={i} class={`dot tone-${tone}`} cx={x(pointX)} cy={y(pointY)} r={radius} />
      ))}
    </>
  )
}
