// What `evaluate` is asked for, and what it gives.

/** What `evaluate` is asked for, besides what it always gives. */
export interface EvaluationSettings {
  topK: number | undefined
}

/**
 * How one class was recognised. Where a class was never predicted its precision is 0, where it has no sample its recall
 * is 0, and where both are 0 its F1 is: as scikit-learn has it, unless told otherwise.
 */
export interface ClassMetrics {
  /** Of the samples that were taken for this class, the share that is of it. */
  precision: number
  /** Of the samples of this class, the share that was recognised. */
  recall: number
  /** 2 · precision · recall / (precision + recall). */
  f1: number
  /** Samples of this class. */
  support: number
}

/** How one output of a regression was predicted. */
export interface OutputMetrics {
  meanAbsoluteError: number
  /**
   * R² = 1 − Σ (y − t)² / Σ (t − mean of t)²: 1 is perfect, 0 no better than the mean. Where all targets are equal, 1 if
   * all predictions are right and else 0, as scikit-learn has it.
   */
  r2: number
}

/**
 * What `evaluate` resolves to. The loss is weighted as in training; all else counts each sample once.
 *
 * With one output, behind a sigmoid or with a hinge, there are the classes 0 and 1: 1 where the sigmoid is above 0.5, or
 * the hinge's output above 0. Where targets are probabilities, a sample's class is the one with the largest, the first
 * of equals.
 */
export interface Evaluation {
  /** Mean over all samples. */
  loss: number
  samples: number
  /** Of a classifier: the share of right answers. Of several outputs that each say yes or no, the share of these. */
  accuracy?: number
  /** With the option `topK`: the share of samples whose class is among the k largest outputs, the first of equals first. */
  topKAccuracy?: number
  /** Samples by true class (row) and predicted class (column). Left out beyond 4,096 classes, with what follows from it. */
  confusionMatrix?: number[][]
  /** By class. */
  classes?: ClassMetrics[]
  /** Unweighted means over the classes that have samples or were predicted. */
  macro?: Omit<ClassMetrics, 'support'>
  /** Of a regression: the mean of |y − t| over samples and outputs. */
  meanAbsoluteError?: number
  /** Of a regression: the mean over the outputs. */
  r2?: number
  /** Of a regression: by output. */
  outputs?: OutputMetrics[]
}
