// What is drawn within a plot's axes, and cut at them.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { usePlot } from './plot.tsx'

/**
 * Cuts lines of a {@link Plot} at its axes.
 *
 * @example
 * <Plot …><Clip><Line points={tangent} tone="orange" /></Clip></Plot>
 */
export function Clip({ children }: { children: ComponentChildren }) {
  const { left, right, top, bottom } = usePlot()
  const id = useId()
  return (
    <g clip-path={`url(#${id})`}>
      <clipPath id={id}>
        <rect x={left} y={top} width={Math.max(0, right - left)} height={Math.max(0, bottom - top)} />
      </clipPath>
      {children}
    </g>
  )
}
