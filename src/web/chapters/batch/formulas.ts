// The chapter's formulas.
import { tex } from '../../formulas.ts'

export const biasGradient = tex`\frac{\partial L}{\partial B_j} = \sum_{i=1}^{N} \frac{\partial L}{\partial Y_{ij}}`
