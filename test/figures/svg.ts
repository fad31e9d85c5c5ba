// What the figures are drawn with: SVG as text, in one style that reads on light pages and on dark ones.

/** The words of a figure, in the language that is drawn. */
export type Translate = (english: string, korean: string) => string

/** A figure of the lecture: drawn once for each language. */
export interface Figure {
  /** The file's name without its ending; it begins with the chapter's number. */
  readonly name: string
  draw(t: Translate): Promise<string>
}

type Attributes = Record<string, string | number>

// The paper is drawn too: the page around an <img> may be dark where the reader's system is light.
const STYLE = `
text{font:14px system-ui,sans-serif;fill:#1f2328}
.title{font-weight:600}.small{font-size:12px}.muted{fill:#59636e}.middle{text-anchor:middle}.end{text-anchor:end}
.paper{fill:#fff}.box{fill:#f6f8fa;stroke:#818b98}.axis{stroke:#818b98;fill:none}.grid{stroke:#e1e4e8;fill:none}
.line{stroke:#1f2328;fill:none}.tip{fill:#1f2328}
.one{stroke:#0969da;fill:none}.one-tip,.one-fill,text.one-text{fill:#0969da}
.two{stroke:#bc4c00;fill:none}.two-tip,.two-fill,text.two-text{fill:#bc4c00}
.soft{fill:#ddf4ff;stroke:#0969da}
@media(prefers-color-scheme:dark){
text{fill:#f0f6fc}.muted{fill:#9198a1}
.paper{fill:#0d1117}.box{fill:#151b23;stroke:#656c76}.axis{stroke:#656c76}.grid{stroke:#2a313c}
.line{stroke:#f0f6fc}.tip{fill:#f0f6fc}
.one{stroke:#58a6ff}.one-tip,.one-fill,text.one-text{fill:#58a6ff}
.two{stroke:#f0883e}.two-tip,.two-fill,text.two-text{fill:#f0883e}
.soft{fill:#0c2d6b;stroke:#58a6ff}
}`.trim()

const xmlText = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** An element; numbers are rounded to hundredths of a pixel. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const list = Object.entries(attributes).map(([key, value]) => {
    const shown = typeof value === 'number' ? Math.round(100 * value) / 100 : xmlText(value)
    return ` ${key}="${shown}"`
  })
  const open = `<${name}${list.join('')}`
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`
}

export const text = (x: number, y: number, content: string, kind = '', attributes: Attributes = {}) =>
  element('text', { x, y, ...(kind && { class: kind }), ...attributes }, xmlText(content))

export const rectangle = (x: number, y: number, width: number, height: number, kind: string, rx = 0) =>
  element('rect', { x, y, width, height, class: kind, ...(rx && { rx }) })

export const circle = (cx: number, cy: number, r: number, kind: string) =>
  element('circle', { cx, cy, r, class: kind })

export const segment = (
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  kind: string,
  extra: Attributes = {},
) => element('line', { x1, y1, x2, y2, class: kind, ...extra })

/** A line with a tip, in one of the three colours. */
export function arrow(x1: number, y1: number, x2: number, y2: number, kind: 'line' | 'one' | 'two' = 'line') {
  const length = Math.hypot(x2 - x1, y2 - y1)
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length]
  const [bx, by] = [x2 - 9 * ux, y2 - 9 * uy]
  const corner = (side: number) => `${(bx - side * 4 * uy).toFixed(1)},${(by + side * 4 * ux).toFixed(1)}`
  const points = `${x2.toFixed(1)},${y2.toFixed(1)} ${corner(1)} ${corner(-1)}`
  return (
    segment(x1, y1, bx, by, kind, { 'stroke-width': 1.5 }) +
    element('polygon', { points, class: kind === 'line' ? 'tip' : `${kind}-tip` })
  )
}

/** The document. Who cannot see it is told its title and its description. */
export function document(
  {
    width,
    height,
    title,
    description,
  }: { width: number; height: number; title: string; description: string },
  ...content: readonly string[]
): string {
  const head = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height }
  const about = { role: 'img', 'aria-labelledby': 'title description' }
  return `${element(
    'svg',
    { ...head, ...about },
    `\n${element('title', { id: 'title' }, xmlText(title))}`,
    `\n${element('desc', { id: 'description' }, xmlText(description))}`,
    `\n${element('style', {}, STYLE)}\n`,
    `${rectangle(0, 0, width, height, 'paper', 6)}\n`,
    ...content.map(part => `${part}\n`),
  )}\n`
}
