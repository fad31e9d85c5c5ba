// A chapter: its heading, and its exhibits, each in a turn of its own: the visitor can use the first one while those below
// the screen are made, and the page stays free for every press.
import { useSignal } from '@preact/signals'
import { type ComponentChildren, toChildArray } from 'preact'
import { useEffect } from 'preact/hooks'
import { isPrinted } from './printing.ts'

/**
 * Its children are its exhibits. While some are not there yet, it is `aria-busy`.
 *
 * @example
 * <Chapter name="batch" heading={words.value.heading} lead={words.value.lead}>
 *   <RaceExhibit model={race} />
 *   <ShapesExhibit />
 * </Chapter>
 */
export function Chapter({
  name,
  heading,
  lead,
  children,
}: {
  /** A class for its style. */
  name?: string
  heading: string
  lead: string
  children: ComponentChildren
}) {
  const exhibits = toChildArray(children)
  // In their order: one that is made above the others moves them under the visitor's finger.
  const made = useSignal(1)
  const isWhole = made.value >= exhibits.length
  // A print waits for all of them.
  const shown = isPrinted.value ? exhibits.length : made.value
  useEffect(() => {
    if (isWhole) return
    const timer = setTimeout(() => {
      made.value = Math.max(shown, made.value + 1)
    })
    return () => clearTimeout(timer)
  }, [made.value, shown, isWhole])
  return (
    <article class={name ? `chapter ${name}` : 'chapter'} aria-busy={isWhole ? undefined : 'true'}>
      <header>
        <h2>{heading}</h2>
        <p>{lead}</p>
      </header>
      {exhibits.slice(0, shown)}
    </article>
  )
}
