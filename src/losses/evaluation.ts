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
  /** Samples of this class, with or without a prediction. */
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
 *
 * A sample with an output that is NaN or infinite (before a softmax or sigmoid) has no prediction: it is wrong in every
 * metric, and counted in `nonFinite`. What is a mean over all samples, such as the loss, is not finite then either.
 */
export interface Evaluation {
  /** Mean over all samples. */
  loss: number
  samples: number
  /** Samples without a prediction, since an output of the network is not finite. */
  nonFinite: number
  /** Of a classifier: the share of right answers. Of several outputs that each say yes or no, the share of these. */
  accuracy?: number
  /**
   * Of a classifier by softmax or one sigmoid: the mean of −log p over the samples, p the probability of the sample's
   * class, without label smoothing and weights.
   */
  logLoss?: number
  /**
   * Of the same: the expected calibration error, Σ |B|/n · |accuracy of B − mean confidence of B| over 15 bins B of equal
   * width, by the probability of the predicted class, the confidence. 0.02 means that, on average, the probabilities are
   * 2 % off the shares of right answers. A sample without a prediction counts as wrong with a confidence of 1.
   *
   * Source: Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", 2017, section 2.
   */
  calibrationError?: number
  /** With the option `topK`: the share of samples whose class is among the k largest outputs, the first of equals first. */
  topKAccuracy?: number
  /**
   * Samples by true class (row) and predicted class (column), but for those without a prediction. Left out beyond 4,096
   * classes, with what follows from it.
   */
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
