// Whether labels are those of one set of classes: a broken byte would give a network outputs that are never used.
import type { MnistData } from '../index.ts'
import { Failure } from './failure.ts'

/** Throws {@link Failure} where training labels skip classes, or test labels have others. */
export async function checkLabels({ train, test }: MnistData): Promise<void> {
  const gaps = await train.labelGaps()
  const most = Math.max(train.classes ?? 0, test.classes ?? 0)
  const remedy = `(is the file broken? If it is not, name the number of classes: --classes ${most})`
  if (gaps) throw new Failure(`the training labels have gaps: ${gaps.message} ${remedy}`)
  if (most === train.classes) return
  const { labels = [] } = await test.read()
  const sample = labels.findIndex(label => label >= (train.classes ?? 0))
  throw new Failure(
    `the test labels have classes that the training labels do not have: ${labels[sample]} at sample ${sample}, ` +
      `where those end with ${(train.classes ?? 0) - 1} ${remedy}`,
  )
}
