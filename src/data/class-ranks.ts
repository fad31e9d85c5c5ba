// Classes by rank: in the order of their labels, without those that do not occur. Labels can be any numbers, and as many
// as samples, so all is in typed arrays: a Map has at most 2²⁴ entries.

/** The classes that occur. */
export interface ClassRanks {
  /** The rank of the class at each place. */
  readonly ranks: Int32Array
  /** How many places each class has, by rank. */
  readonly counts: Int32Array
}

/** The classes of so many places. */
export function rankClasses(places: number, labelAt: (place: number) => number): ClassRanks {
  const labels = new Int32Array(places)
  for (let place = 0; place < places; ++place) labels[place] = labelAt(place)
  const sorted = labels.slice().sort()
  let classes = 0
  for (let i = 0; i < places; ++i) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[classes++] = sorted[i] ?? 0
  }
  const counts = new Int32Array(classes)
  for (let place = 0; place < places; ++place) {
    const rank = rankOf(sorted, classes, labels[place] ?? 0)
    labels[place] = rank
    counts[rank] = (counts[rank] ?? 0) + 1
  }
  return { ranks: labels, counts }
}

/** Where a label stands among the first `length` of ascending ones. */
function rankOf(sorted: Int32Array, length: number, label: number): number {
  let begin = 0
  for (let end = length; end - begin > 1; ) {
    const middle = (begin + end) >>> 1
    if ((sorted[middle] ?? 0) <= label) begin = middle
    else end = middle
  }
  return begin
}
