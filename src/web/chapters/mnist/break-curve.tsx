// Test accuracy over the breaks and mends.
import { formatNumber, formatPercent } from '../../languages.ts'
import { Dots, Line, Plot } from '../../parts/plot.tsx'
import * as model from './break.model.ts'
import { words } from './break.texts.ts'
import type { BrokenState } from './breaking.ts'

const { breaking } = model

/** Breaks and mends that the curve has room for before it becomes longer. */
const ROOM = 6

export function Curve() {
  const text = words.value
  const states = breaking.states.value
  const course = breaking.course.value
  const segments = states.slice(1).map((state, i) => ({
    tone: state.deed.is === 'trained' ? ('blue' as const) : ('orange' as const),
    points: [
      [i, states[i]?.accuracy ?? 0] as const,
      ...state.course.map(([share, accuracy]) => [i + share, accuracy] as const),
      [i + 1, state.accuracy] as const,
    ],
  }))
  const last = states.length - 1
  const running = [
    [last, states[last]?.accuracy ?? 0] as const,
    ...course.map(([share, accuracy]) => [last + share, accuracy] as const),
  ]
  const list = states.map(({ accuracy }) => formatPercent(accuracy, 1)).join(', ')
  return (
    <Plot
      x={{
        domain: [0, Math.max(ROOM, states.length)],
        name: text.deeds,
        format: value => (Number.isInteger(value) ? formatNumber(value) : ''),
      }}
      y={{ domain: [0, 1], name: text.curve, format: share => formatPercent(share, 0) }}
      aspect={0.5}
      narrowAspect={0.7}
      description={states.length > 0 ? text.curveSays(list) : text.curveEmpty}
    >
      {segments.map(({ tone, points }, i) => (
        <Line key={i} tone={tone} points={points} />
      ))}
      {course.length > 0 && <Line tone="blue" points={running} />}
      <Dots tone="blue" points={dotsOf(states, true)} />
      <Dots tone="orange" points={dotsOf(states, false)} />
    </Plot>
  )
}

/** Where a mend or the beginning is, or where a break is. */
function dotsOf(states: readonly BrokenState[], isMend: boolean): (readonly [number, number])[] {
  return states.flatMap(({ deed, accuracy }, i) =>
    (deed.is === 'trained' || deed.is === 'found') === isMend ? [[i, accuracy] as const] : [],
  )
}
