// Reads of an array with its bounds checked: a twin that strays outside its arrays must not go on with `undefined`.

/** Numbers that the twin only reads. */
export type Values = ArrayLike<number>

/** Element `index`. Throws a RangeError where there is none. */
export function at<T>(values: ArrayLike<T>, index: number): T {
  const value = values[index]
  if (value === undefined) throw new RangeError(`there is no element ${index} of ${values.length}`)
  return value
}
