// The chapter's formulas.
import { tex } from '../../formulas.ts'

export const lossFormula = tex`L = \frac{1}{n} \sum_{i=1}^{n} (y_i - t_i)^2`
export const updateFormula = tex`w \leftarrow w - \eta \frac{\partial L}{\partial w}`
export const layerFormula = tex`Z = X W + b`
export const chainFormula = tex`\frac{\partial L}{\partial W} = X^{\mathsf{T}} \frac{\partial L}{\partial Z}`
export const directionFormula = tex`-\frac{\partial L}{\partial W}`
export const collapsedWeights = tex`W = W_1 W_2 \cdots W_L`
export const collapsedBias = tex`b = b_1 W_2 \cdots W_L + \cdots + b_L`
