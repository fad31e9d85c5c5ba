// A formula that the build has set.
import type { FormulaSource } from '../formulas.ts'

export interface FormulaProps {
  /** From a module named formulas.ts. */
  of: FormulaSource
  /** In a line of its own. */
  isDisplay?: boolean
}

/**
 * @example
 * // formulas.ts: export const sigmoid = tex`\sigma(x) = \frac{1}{1 + e^{-x}}`
 * <Formula of={sigmoid} isDisplay />
 */
export function Formula({ of, isDisplay = false }: FormulaProps) {
  const mathml = of.mathml || of.tex
  return (
    <span
      class={`formula${isDisplay ? ' display' : ''}`}
      dangerouslySetInnerHTML={{
        __html: isDisplay ? mathml.replace('<math', '<math display="block"') : mathml,
      }}
    />
  )
}
