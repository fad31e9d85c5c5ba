// The chapter on activation functions.
import '../../engine.ts'
import { activationNames, createKernels } from 'wasmlp/kernels'
import { inAddress, nameField, numberField } from '../../address.ts'
import { trainDigits } from '../../digits/digits.ts'
import { Chapter } from '../../parts/chapter.tsx'
import { Program } from '../../parts/program.tsx'
import './activation.css'
import { chainModel } from './chain.model.ts'
import { ChainExhibit } from './chain.tsx'
import { dyingModel } from './dying.model.ts'
import { DyingExhibit } from './dying.tsx'
import { functionsModel } from './functions.model.ts'
import { FunctionsExhibit } from './functions.tsx'
import { pacer } from './pace.ts'
import { program } from './program.ts'
import { softmaxModel } from './softmax.model.ts'
import { SoftmaxExhibit } from './softmax.tsx'
import { words } from './texts.ts'
import { vanishingModel } from './vanishing.model.ts'
import { VanishingExhibit } from './vanishing.tsx'

const MOST_SEED = 2 ** 32 - 1

/** Milliseconds from one batch to the next, at least: the second one has few batches, and each is worth a look. */
const [VANISHING_PACE, DYING_PACE] = [40, 150]

/** Loads the kernels, then gives the chapter: all that it shows is computed by them. */
export async function loadChapter() {
  const kernels = await createKernels({ build: 'simd' })
  const functions = functionsModel(kernels)
  const chain = chainModel(kernels)
  const softmax = softmaxModel(kernels)
  const images = async () => (await trainDigits()).dataset()
  const vanishing = vanishingModel(images, pacer(VANISHING_PACE))
  const dying = dyingModel(images, pacer(DYING_PACE))
  inAddress('activation.function', functions.name, nameField(...activationNames))
  inAddress('activation.a', functions.wanted, numberField(-5, 9, 2))
  inAddress('activation.seed', vanishing.seed, numberField(0, MOST_SEED, 0))
  return {
    default: () => (
      <Chapter name="activation" heading={words.value.title} lead={words.value.lead}>
        <FunctionsExhibit model={functions} />
        <ChainExhibit model={chain} />
        <VanishingExhibit model={vanishing} />
        <DyingExhibit model={dying} />
        <SoftmaxExhibit model={softmax} />
        <section class="exhibit">
          <Program code={program} />
        </section>
      </Chapter>
    ),
  }
}
