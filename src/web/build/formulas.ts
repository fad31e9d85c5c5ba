// Turns formulas, tex`…` in the page's modules, into MathML when the page is built: nothing is set in the browser.
import temml from 'temml'
import type { Plugin } from 'vite'

const FORMULA = /\btex`([^`]*)`/g

/** `{ tex, mathml }` in the place of each tex`…`. */
export const formulas = (): Plugin => ({
  name: 'formulas',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/src\/web\/.*formulas\.ts$/.test(id.replaceAll('\\', '/'))) return null
    return { code: code.replace(FORMULA, (_, tex: string) => JSON.stringify(formulaOf(tex))), map: null }
  },
})

/** A formula with its MathML. Throws where the TeX is wrong. */
export function formulaOf(tex: string): { tex: string; mathml: string } {
  const mathml = temml
    .renderToString(tex, { throwOnError: true, strict: true, trust: false })
    // The page's Content-Security-Policy forbids inline styles; what temml sets by them is fine spacing.
    .replace(/ style="[^"]*"/g, '')
  return { tex, mathml }
}
