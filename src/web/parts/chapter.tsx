// A chapter: its heading, and its exhibits, each in a turn of its own: the visitor can use the first one while those below
// the screen are made, and the page stays free for every press.
import { useSignal } from '@preact/signals'
import { type ComponentChildren, type ComponentType, isValidElement, toChildArray } from 'preact'
import { useEffect } from 'preact/hooks'

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
  early,
  children,
}: {
  /** A class for its style. */
  name?: string
  heading: string
  lead: string
  /** The exhibit that is made right after the first one: the address asks for it. It stays the same. */
  early?: ComponentType | undefined
  children: ComponentChildren
}) {
  const exhibits = toChildArray(children)
  const order = [...exhibits.keys()]
  const asked = exhibits.findIndex(child => isValidElement(child) && child.type === early)
  if (asked > 0) order.splice(1, 0, ...order.splice(asked, 1))
  const made = useSignal(1)
  const isMade = new Set(order.slice(0, made.value))
  const isWhole = made.value >= exhibits.length
  useEffect(() => {
    if (isWhole) return
    const timer = setTimeout(() => {
      made.value += 1
    })
    return () => clearTimeout(timer)
  }, [made.value, isWhole])
  return (
    <article class={name ? `chapter ${name}` : 'chapter'} aria-busy={isWhole ? undefined : 'true'}>
      <header>
        <h2>{heading}</h2>
        <p>{lead}</p>
      </header>
      {exhibits.map((exhibit, i) => (isMade.has(i) ? exhibit : null))}
    </article>
  )
}
