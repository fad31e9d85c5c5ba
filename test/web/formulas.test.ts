// Formulas, as the build sets them.
import { describe, expect, test } from 'vitest'
import { formulaOf } from '../../src/web/build/formulas.ts'

describe('a formula', () => {
  test('becomes MathML without inline styles, which the page’s policy forbids', () => {
    const { tex, mathml } = formulaOf(
      String.raw`\begin{pmatrix}1 & 2\\ 3 & 4\end{pmatrix} = \frac{1}{1 + e^{-x}}`,
    )
    expect(tex).toContain(String.raw`\frac`)
    expect(mathml).toMatch(/^<math.*<mtable>.*<mfrac>/)
    expect(mathml).not.toContain('style=')
  })

  test('that is wrong fails the build', () => {
    expect(() => formulaOf(String.raw`\frac{1}`)).toThrow()
    expect(() => formulaOf(String.raw`\unknowncommand`)).toThrow()
  })
})
