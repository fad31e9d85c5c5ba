// What `evaluate` is asked for, and what it gives.

/** What `evaluate` is asked for besides the metrics that it always gives. */
export interface EvaluationSettings {
  topK: number | undefined
}

/**
 * How well one class was recognised. Precision is 0 for a class that was never predicted, and recall is 0 for a class
 * without samples. F1 is 0 where both are. These are scikit-learn's defaults.
 */
export interface ClassMetrics {
  /** Of the samples predicted as this class, the share that belongs to it. */
  precision: number
  /** Of the samples of this class, the share predicted as it. */
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
   * R² = 1 − Σ (y − t)² / Σ (t − mean of t)²: 1 is perfect, 0 no better than the mean. Where all targets are equal, it
   * is 1 if all predictions are right, otherwise 0, as in scikit-learn.
   */
  r2: number
}

/**
 * What `evaluate` resolves to. The loss is weighted as in training; all other metrics count each sample once.
 *
 * One output after a sigmoid or with a hinge tells the classes 0 and 1 apart. It means 1 where the sigmoid is above
 * 0.5, or the hinge's output above 0. Where targets are probabilities, the class of a sample is the one with the
 * largest, the first of equals.
 *
 * A sample has no prediction where an output is NaN or infinite, before a softmax or sigmoid. It is wrong in every
 * metric, and is counted in `nonFinite`. Means over all samples, such as the loss, are then not finite either.
 */
export interface Evaluation {
  /** Mean over all samples. */
  loss: number
  samples: number
  /** Samples without a prediction, because an output of the network is not finite. */
  nonFinite: number
  /**
   * For a classifier: the share of right answers. For several outputs that each say yes or no, the share of right
   * outputs.
   */
  accuracy?: number
  /**
   * For a classifier with a softmax or a single sigmoid, the mean of −log p over the samples. p is the probability of
   * the sample's class. Label smoothing and weights do not count.
   */
  logLoss?: number
  /**
   * For the same: the expected calibration error, Σ |B|/n · |accuracy of B − mean confidence of B| over 15 bins B of
   * equal width. The confidence is the probability of the predicted class. 0.02 means that probabilities are 2 % off
   * the shares of right answers, on average. A sample without a prediction counts as wrong with a confidence of 1.
   *
   * Source: Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", 2017, section 2.
   */
  calibrationError?: number
  /**
   * With the option `topK`: the share of samples whose class is among the k largest outputs, the first of equals
   * first.
   */
  topKAccuracy?: number
  /**
   * Samples by true class (row) and predicted class (column), except those without a prediction. Omitted beyond 4,096
   * classes, with all that follows from it.
   */
  confusionMatrix?: number[][]
  /** By class. */
  classes?: ClassMetrics[]
  /** Unweighted means over the classes that have samples or were predicted. */
  macro?: Omit<ClassMetrics, 'support'>
  /** For a regression: the mean of |y − t| over samples and outputs. */
  meanAbsoluteError?: number
  /** For a regression: the mean over the outputs. */
  r2?: number
  /** For a regression: by output. */
  outputs?: OutputMetrics[]
}
