// The chapter on batch training.
import '../../engine.ts'
import { createKernels } from 'wasmlp/kernels'
import { inAddress, numberField } from '../../address.ts'
import { testDigits, trainDigits } from '../../digits/digits.ts'
import { Chapter } from '../../parts/chapter.tsx'
import { inNextFrame } from '../../parts/frame-loop.ts'
import { Program } from '../../parts/program.tsx'
import './batch.css'
import { biasModel } from './bias.model.ts'
import { BiasExhibit } from './bias.tsx'
import * as calculator from './calculator.model.ts'
import { CalculatorExhibit } from './calculator.tsx'
import { memoryModel } from './memory.model.ts'
import { MemoryExhibit } from './memory.tsx'
import { program } from './program.ts'
import { raceModel } from './race.model.ts'
import { RaceExhibit } from './race.tsx'
import * as shapes from './shapes.model.ts'
import { ShapesExhibit } from './shapes.tsx'
import { words } from './texts.ts'

/** Loads the kernels, then gives the chapter. */
export async function loadChapter() {
  const bias = biasModel(await createKernels({ build: 'simd' }))
  const train = async () => (await trainDigits()).dataset()
  const test = async () => (await testDigits()).dataset()
  const pace = () => new Promise(resolve => inNextFrame(resolve))
  const race = raceModel({ train, test, pace })
  const memory = memoryModel(train, race.untilQuiet)
  inAddress('batch.seed', race.seed, numberField(0, 2 ** 32 - 1, 0))
  inAddress('batch.rows', shapes.batchSize, numberField(1, shapes.MOST_ROWS, 0))
  inAddress('batch.samples', calculator.samples, numberField(1, calculator.MOST_SAMPLES, 0))
  inAddress('batch.size', calculator.batchSize, numberField(1, calculator.MOST_SAMPLES, 0))
  inAddress('batch.epochs', calculator.epochs, numberField(1, calculator.MOST_EPOCHS, 0))
  return {
    default: () => (
      <Chapter name="batch" heading={words.value.heading} lead={words.value.lead}>
        <RaceExhibit model={race} />
        <ShapesExhibit />
        <BiasExhibit model={bias} />
        <CalculatorExhibit />
        <MemoryExhibit model={memory} />
        <section class="exhibit">
          <Program code={program} />
        </section>
      </Chapter>
    ),
  }
}
