// How good the network is on what it has not learned from.
import { formatNumber, formatPercent } from '../../languages.ts'
import { Exhibit } from '../../parts/exhibit.tsx'
import { NumberTable } from '../../parts/number-table.tsx'
import { Dots, Line, Plot } from '../../parts/plot.tsx'
import { TableFrame } from '../../parts/table-frame.tsx'
import { learned, type TestResult } from './learning.model.ts'
import { words } from './texts.ts'
import { significant } from './written.ts'

/** Classes of a table that is still read. */
const MOST_CLASSES = 20

export function ResultExhibit() {
  const text = words.value.result
  const { description, test } = learned.value ?? {}
  if (!description || !test) return null
  const { classes } = description
  return (
    <Exhibit
      name="own-result"
      title={text.title}
      lead={text.lead}
      picture={classes ? <Confusion classes={classes} test={test} /> : <Scatter test={test} />}
      words={<p>{sentence(test)}</p>}
    >
      {classes && <ByClass classes={classes} test={test} />}
    </Exhibit>
  )
}

function sentence({
  accuracy,
  meanAbsoluteError = Number.NaN,
  r2 = Number.NaN,
  samples,
  baseline,
  leftOut,
}: TestResult): string {
  const text = words.value.result
  const tested = formatNumber(samples)
  const said =
    accuracy !== undefined
      ? text.accuracy(formatPercent(accuracy, 1), tested, formatPercent(baseline, 1))
      : text.error(significant(meanAbsoluteError, 3), tested, significant(baseline, 3), formatNumber(r2, 3))
  return leftOut > 0 ? `${said} ${text.leftOut(formatNumber(leftOut))}` : said
}

function Confusion({ classes, test }: { classes: readonly string[]; test: TestResult }) {
  const text = words.value.result
  const counts = test.confusionMatrix
  if (!counts || classes.length > MOST_CLASSES) return <p>{text.manyClasses}</p>
  return (
    <NumberTable
      caption={text.confusion}
      values={counts.flat()}
      rows={classes}
      columns={classes}
      format={count => formatNumber(count)}
      mark={(row, column) => {
        const count = counts[row]?.[column] ?? 0
        if (count === 0) return undefined
        return row === column ? 'also' : 'on'
      }}
    />
  )
}

function ByClass({ classes, test }: { classes: readonly string[]; test: TestResult }) {
  const text = words.value.result
  return (
    <TableFrame>
      <table class="list compact">
        <caption class="unseen">{text.byClass}</caption>
        <thead>
          <tr>
            {[text.class, text.precision, text.recall, text.support].map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(test.classes ?? []).slice(0, MOST_CLASSES).map(({ precision, recall, support }, i) => (
            <tr key={classes[i]}>
              <th scope="row">{classes[i]}</th>
              <td>{formatPercent(precision, 0)}</td>
              <td>{formatPercent(recall, 0)}</td>
              <td>{formatNumber(support)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function Scatter({ test }: { test: TestResult }) {
  const text = words.value.result
  const { pairs, meanAbsoluteError = Number.NaN } = test
  const all = pairs.flat().filter(Number.isFinite)
  const [least, most] = [Math.min(...all), Math.max(...all)]
  const margin = (most - least || 1) * 0.05
  const domain = [least - margin, most + margin] as const
  return (
    <Plot
      x={{ domain, name: text.actual }}
      y={{ domain, name: text.predicted }}
      aspect={0.75}
      narrowAspect={0.9}
      description={text.scatter(significant(meanAbsoluteError, 3))}
    >
      <Line
        points={[
          [domain[0], domain[0]],
          [domain[1], domain[1]],
        ]}
        tone="grey"
        isDashed
      />
      <Dots points={pairs} tone="blue" radius={4} />
    </Plot>
  )
}
