// The MNIST chapter.
import '../../engine.ts'
import { type Field, inAddress, nameField, numberField } from '../../address.ts'
import { Chapter } from '../../parts/chapter.tsx'
import { Program } from '../../parts/program.tsx'
import { BreakIt } from './break.tsx'
import { naming } from './class-names.ts'
import { ConfusionExhibit } from './confusion.tsx'
import './draw.css'
import { Draw } from './draw.tsx'
import { IMAGE_COUNTS, type ImageChoice } from './image-sets.ts'
import { buildChoice, seed } from './network.model.ts'
import { linkedEpoch, linkedWeights, linkedWeightsField } from './run-link.model.ts'
import './see.css'
import { words } from './texts.ts'
import * as tiles from './tiles.model.ts'
import { TilesExhibit } from './tiles.tsx'
import { Training } from './training.tsx'
import { images, LEAST_RATE, learningRate, MOST_RATE, targetEpoch } from './training-state.model.ts'
import { TimeTravel } from './travel.tsx'
import { imageNumber } from './way.model.ts'
import { WayExhibit } from './way.tsx'
import * as without from './without.model.ts'
import { WithoutThisImage } from './without.tsx'

/** Files are not in the address: without them, it is the images inside the page. */
const imagesField: Field<ImageChoice> = {
  parse: text => IMAGE_COUNTS.find(count => String(count) === text),
  format: choice => String(choice === 'own' ? IMAGE_COUNTS[0] : choice),
  expected: IMAGE_COUNTS.join(', '),
}

/** One of some numbers. */
function oneOf<Option extends number>(options: readonly Option[]): Field<Option> {
  return {
    parse: text => options.find(option => String(option) === text),
    format: String,
    expected: options.join(', '),
  }
}

inAddress('mnist.images', images, imagesField)
inAddress('mnist.names', naming, nameField('digits', 'fashion'))
inAddress('build', buildChoice, nameField('auto', 'simd', 'relaxed'))
inAddress('mnist.epochs', targetEpoch, numberField(1, 50, 0))
inAddress('mnist.rate', learningRate, numberField(LEAST_RATE, MOST_RATE, 4))
inAddress('mnist.image', imageNumber, numberField(1, 10_000, 0))
inAddress('mnist.tiles', tiles.kind, nameField('difference', 'weights'))
inAddress('mnist.units', tiles.page, numberField(1, tiles.PAGES, 0))
inAddress('mnist.learns', without.images, oneOf(without.IMAGE_COUNTS))
inAddress('mnist.passes', without.epochs, oneOf(without.EPOCHS))
inAddress('mnist.without', without.left, numberField(1, 6000, 0))
inAddress('mnist.asked', without.asked, numberField(1, 1000, 0))
inAddress('mnist.seed', seed, numberField(0, 2 ** 32 - 1, 0))
// After the settings that they are of.
inAddress('mnist.epoch', linkedEpoch, numberField(0, 50, 0))
inAddress('mnist.weights', linkedWeights, linkedWeightsField)

const program = `import { dense, loadMnist, sequential } from 'wasmlp'

const { train, test } = await loadMnist()
const model = await sequential(
  [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })],
  { inputSize: 784, seed: 1 },
)
console.log(String(model))

model.compile({ learningRate: 0.5 })
await model.fit(train, {
  epochs: 5,
  batchSize: 100,
  onEpochEnd: ({ epoch, loss }) => console.log(epoch, loss.toFixed(3)),
})
const { accuracy } = await model.evaluate(test)
console.log(accuracy)
`

export default function Mnist() {
  return (
    <Chapter name="mnist" heading={words.value.heading} lead={words.value.lead}>
      <Training />
      <WayExhibit />
      <Draw />
      <ConfusionExhibit />
      <TilesExhibit />
      <BreakIt />
      <TimeTravel />
      <WithoutThisImage />
      <section class="exhibit">
        <Program code={program} />
      </section>
    </Chapter>
  )
}
