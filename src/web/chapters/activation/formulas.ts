// The chapter's formulas: each function h(a), its derivative h′(a), softmax.
import type { ActivationName } from 'wasmlp/kernels'
import { type FormulaSource, tex } from '../../formulas.ts'

interface FunctionFormulas {
  readonly value: FormulaSource
  readonly derivative: FormulaSource
}

export const functionFormulas: { readonly [Name in ActivationName]: FunctionFormulas } = {
  step: {
    value: tex`h(a) = \begin{cases} 1 & a > 0 \\ 0 & a \le 0 \end{cases}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = 0 \quad (a \ne 0)`,
  },
  sigmoid: {
    value: tex`h(a) = \dfrac{1}{1 + \exp(-a)}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = (1 - h(a)) \cdot h(a)`,
  },
  relu: {
    value: tex`h(a) = \begin{cases} a & a > 0 \\ 0 & a \le 0 \end{cases}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \begin{cases} 1 & a > 0 \\ 0 & a < 0 \end{cases}`,
  },
  leakyRelu: {
    value: tex`h(a) = \begin{cases} a & a > 0 \\ s \cdot a & a \le 0 \end{cases}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \begin{cases} 1 & a > 0 \\ s & a < 0 \end{cases}`,
  },
  softplus: {
    value: tex`h(a) = \log(1 + \exp(a))`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \dfrac{1}{1 + \exp(-a)}`,
  },
  identity: {
    value: tex`h(a) = a`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = 1`,
  },
  tanh: {
    value: tex`h(a) = \tanh(a)`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = 1 - h(a)^2`,
  },
  elu: {
    value: tex`h(a) = \begin{cases} a & a > 0 \\ \alpha(\exp(a) - 1) & a \le 0 \end{cases}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \begin{cases} 1 & a > 0 \\ \alpha\exp(a) & a < 0 \end{cases}`,
  },
  selu: {
    value: tex`h(a) = \lambda \begin{cases} a & a > 0 \\ \alpha(\exp(a) - 1) & a \le 0 \end{cases}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \lambda \begin{cases} 1 & a > 0 \\ \alpha\exp(a) & a < 0 \end{cases}`,
  },
  celu: {
    value: tex`h(a) = \begin{cases} a & a > 0 \\ \alpha(\exp(a / \alpha) - 1) & a \le 0 \end{cases}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \begin{cases} 1 & a > 0 \\ \exp(a / \alpha) & a \le 0 \end{cases}`,
  },
  gelu: {
    value: tex`h(a) = a \cdot \Phi(a)`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \Phi(a) + a \cdot \varphi(a)`,
  },
  geluTanh: {
    value: tex`\begin{aligned} h(a) &= \tfrac{1}{2}\,a\,(1 + t) \\ t &= \tanh(\sqrt{2 / \pi}\,(a + 0.044715\,a^3)) \end{aligned}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \dfrac{1 + t}{2} + \dfrac{a}{2} \cdot \dfrac{\partial t}{\partial a}`,
  },
  silu: {
    value: tex`h(a) = a \cdot \sigma(a)`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \sigma(a) + a \cdot \sigma(a)\,(1 - \sigma(a))`,
  },
  mish: {
    value: tex`\begin{aligned} h(a) &= a \cdot t \\ t &= \tanh(\log(1 + \exp(a))) \end{aligned}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = t + a\,(1 - t^2)\,\sigma(a)`,
  },
  hardSwish: {
    value: tex`h(a) = a \cdot \frac{\min(\max(a + 3, 0), 6)}{6}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \begin{cases} 0 & a < -3 \\ (2a + 3) / 6 & |a| < 3 \\ 1 & a > 3 \end{cases}`,
  },
  hardSigmoid: {
    value: tex`h(a) = \dfrac{\min(\max(a + 3, 0), 6)}{6}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \begin{cases} 1/6 & |a| < 3 \\ 0 & |a| > 3 \end{cases}`,
  },
  hardTanh: {
    value: tex`h(a) = \min(\max(a, -1), 1)`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \begin{cases} 1 & |a| < 1 \\ 0 & |a| > 1 \end{cases}`,
  },
  softsign: {
    value: tex`h(a) = \dfrac{a}{1 + |a|}`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \dfrac{1}{(1 + |a|)^2}`,
  },
  relu6: {
    value: tex`h(a) = \min(\max(a, 0), 6)`,
    derivative: tex`\dfrac{\partial h(a)}{\partial a} = \begin{cases} 1 & 0 < a < 6 \\ 0 & a < 0, \; a > 6 \end{cases}`,
  },
}

/** The slope of a sigmoid by its output. */
export const sigmoidSlope = tex`\dfrac{\partial h(a)}{\partial a} = (1 - h(a)) \cdot h(a)`

export const softmax = tex`y_k = \dfrac{\exp(a_k + C)}{\displaystyle\sum_{i=1}^{n} \exp(a_i + C)}`
