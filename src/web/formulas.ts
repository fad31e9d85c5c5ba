// Formulas, written in TeX in modules named formulas.ts or NAME-formulas.ts. The build makes MathML of them
// (build/formulas.ts).

export interface FormulaSource {
  readonly tex: string
  readonly mathml: string
}

/** A formula, written as tex`\frac{1}{2}`, without placeholders. Without the build, as in tests, it has no MathML. */
export function tex(strings: TemplateStringsArray): FormulaSource {
  return { tex: strings.raw.join(''), mathml: '' }
}
