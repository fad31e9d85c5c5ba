// Plots as SVG, by Vega-Lite: the medians, with lines from the lowest to the highest round.
import { spread } from './statistics.js'

const WIDTH = 520
const FONT = 'system-ui, sans-serif'

/** A dot and a line for each library on a logarithmic axis: values of one case, or of several beside each other. */
function dots(title, axis, rows) {
  const own = { condition: { test: 'datum.own', value: '#d6336c' }, value: '#495057' }
  const y = { field: 'library', type: 'nominal', sort: null, title: null, axis: { labelLimit: 480 } }
  return {
    title,
    width: WIDTH,
    height: { step: 24 },
    data: { values: rows },
    encoding: { y, color: own },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: {
          x: { field: 'low', type: 'quantitative', scale: { type: 'log' }, title: axis },
          x2: { field: 'high' },
        },
      },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { x: { field: 'median', type: 'quantitative' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 9, dy: -8, fontSize: 10 },
        encoding: { x: { field: 'median', type: 'quantitative' }, text: { field: 'median', format: '.3~r' } },
      },
    ],
  }
}

/** A line for each library over the cases, on a logarithmic axis. */
function lines(title, axis, rows) {
  return {
    title,
    width: WIDTH,
    height: 280,
    data: { values: rows },
    encoding: {
      x: { field: 'case', type: 'nominal', sort: null, title: null, axis: { labelAngle: -30 } },
      color: { field: 'library', type: 'nominal', sort: null, title: null, legend: { labelLimit: 480 } },
    },
    layer: [
      {
        mark: { type: 'line', point: true },
        encoding: { y: { field: 'median', type: 'quantitative', scale: { type: 'log' }, title: axis } },
      },
      {
        mark: { type: 'rule' },
        encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
      },
    ],
  }
}

const toRows = (measurements, scale = value => value) =>
  measurements.map(({ case: name, library, values, ...row }) => ({
    case: name,
    library,
    own: library.startsWith('wasmlp'),
    ...spread(values.map(value => scale(value, row))),
  }))

const secondsAnEpoch = milliseconds => (600 * milliseconds) / 1000
const imagesASecond = (milliseconds, { batchSize }) => (1000 * batchSize) / milliseconds

/** The specification of each part's plot. */
const PLOTS = {
  sgemm: rows => lines('sgemm, one thread', 'GFLOP/s', toRows(rows)),
  epoch: rows =>
    dots('One epoch of 784-512-10 on MNIST, one thread', 'seconds', toRows(rows, secondsAnEpoch)),
  dense: rows => dots('784-512-10, dense inputs, one thread', 'milliseconds an iteration', toRows(rows)),
  batch: rows => lines('Batch size', 'images a second', toRows(rows, imagesASecond)),
  hidden: rows => lines('Hidden size', 'images a second', toRows(rows, imagesASecond)),
  depth: rows => lines('Depth', 'images a second', toRows(rows, imagesASecond)),
  threads: rows => dots('Threads', 'images a second', toRows(rows, imagesASecond)),
  start: rows => dots('Cold start', 'milliseconds to the first training step', toRows(rows)),
  size: rows => dots('Download, minified and gzipped', 'KB', toRows(rows)),
}

/** The SVG of a part, or undefined where a part has none. */
export async function plot(part, measurements) {
  if (!PLOTS[part] || measurements.length === 0) return undefined
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  const config = { font: FONT, background: 'white', view: { stroke: null }, axis: { gridColor: '#e9ecef' } }
  const { spec } = compile({ ...PLOTS[part](measurements), config })
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG()
}
