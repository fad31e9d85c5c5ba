// The exhibits of a chapter as a visitor uses them: read, pressed, typed into, and steered by keys.
import type { ElementHandle, KeyInput, Page } from 'puppeteer-core'
import { expect } from 'vitest'

export interface Exhibits {
  /** Waits for an exhibit and scrolls to it: what is far from the screen does not compute. */
  goTo(exhibit: string): Promise<void>
  /** What a part of an exhibit says, as it is seen: its words, or what a selector finds. */
  textOf(exhibit: string, selector?: string): Promise<string>
  /** Waits until it says that. */
  says(exhibit: string, text: string | RegExp, selector?: string): Promise<void>
  /** The element with a role and a name, as a screen reader finds it. Waits until it is there. */
  part(exhibit: string, role: string, name: string): Promise<ElementHandle<HTMLElement>>
  /** Presses a button. */
  press(exhibit: string, button: string): Promise<void>
  /** Focuses an element, and presses keys. */
  keys(exhibit: string, role: string, name: string, ...pressed: KeyInput[]): Promise<void>
  /** Types over what stands in a field. */
  type(exhibit: string, role: string, name: string, text: string): Promise<void>
}

/** The first element that a selector finds, as soon as there is one. */
export async function waitFor(page: Page, selector: string): Promise<ElementHandle> {
  const found = await page.waitForSelector(selector)
  if (!found) throw new Error(`the page has no ${selector}`)
  return found
}

/** @param pageOf the page that is open when it is called */
export function exhibitsOf(pageOf: () => Page): Exhibits {
  const textOf = (exhibit: string, selector = '.words') =>
    pageOf().$eval(`[data-exhibit=${exhibit}] ${selector}`, element =>
      // biome-ignore lint/performance/useDomNodeTextContent: paragraphs and cells are apart in it.
      (element as HTMLElement).innerText.replace(/\s+/g, ' '),
    )
  const part = async (exhibit: string, role: string, name: string) => {
    const selector = `[data-exhibit=${exhibit}] ::-p-aria([name="${name}"][role="${role}"])`
    return (await waitFor(pageOf(), selector)) as ElementHandle<HTMLElement>
  }
  return {
    async goTo(exhibit) {
      const found = await waitFor(pageOf(), `[data-exhibit=${exhibit}]`)
      await found.evaluate(element => element.scrollIntoView())
    },
    textOf,
    says: (exhibit, text, selector) => expect.poll(() => textOf(exhibit, selector)).toMatch(text),
    part,
    press: async (exhibit, button) => (await part(exhibit, 'button', button)).click(),
    async keys(exhibit, role, name, ...pressed) {
      // Points in SVG have the focus too.
      await (await part(exhibit, role, name)).evaluate(element => element.focus())
      for (const key of pressed) await pageOf().keyboard.press(key)
    },
    async type(exhibit, role, name, text) {
      const field = await part(exhibit, role, name)
      await field.click({ count: 3 })
      await field.type(text)
    },
  }
}
