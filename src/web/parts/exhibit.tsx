// An exhibit: a title, what to do, a picture, what it is steered by, and its numbers in words.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export interface ExhibitProps {
  /** Its place in the page, for links and tests: `data-exhibit`. */
  name: string
  title: string
  /** One sentence: what to do. */
  lead: ComponentChildren
  /** Above both, over the whole width. */
  above?: ComponentChildren
  /** Left on a desk, above on a phone. */
  picture?: ComponentChildren
  /** Controls and numbers: right on a desk, below on a phone. */
  children?: ComponentChildren
  /** The picture's numbers in a sentence or two, which everyone sees. */
  words?: ComponentChildren
  /** Below both, over the whole width. */
  below?: ComponentChildren
}

/**
 * The frame of everything that a chapter shows.
 *
 * @example
 * <Exhibit name="line" title={words.value.title} lead={words.value.lead} picture={<Plot … />}
 *   words={words.value.numbers(formatNumber(loss.value, 3))}>
 *   <Slider … />
 * </Exhibit>
 */
export function Exhibit({ name, title, lead, above, picture, children, words, below }: ExhibitProps) {
  const id = useId()
  const isSplit = picture !== undefined && (children !== undefined || words !== undefined)
  return (
    <section class={`exhibit${isSplit ? ' split' : ''}`} data-exhibit={name} aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
        <p>{lead}</p>
      </header>
      {above !== undefined && <div class="exhibit-above">{above}</div>}
      {picture !== undefined && <div class="exhibit-picture">{picture}</div>}
      {(children !== undefined || words !== undefined) && (
        <div class="exhibit-side">
          {children}
          {words !== undefined && <div class="words">{words}</div>}
        </div>
      )}
      {below !== undefined && <div class="exhibit-below">{below}</div>}
    </section>
  )
}
