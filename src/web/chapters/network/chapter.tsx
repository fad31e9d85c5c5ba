// The chapter on neural networks.
import '../../engine.ts'
import { Chapter } from '../../parts/chapter.tsx'
import { Program } from '../../parts/program.tsx'
import { bindAddress } from './addresses.ts'
import { DeepExhibit } from './deep.tsx'
import { FoldExhibit } from './fold.tsx'
import { LineExhibit } from './line.tsx'
import './network.css'
import { PipelineExhibit } from './pipeline.tsx'
import { PlaneExhibit } from './plane.tsx'
import { words } from './texts.ts'

bindAddress()

const program = `import { dataset, dense, sequential } from 'wasmlp'

const data = await dataset({ inputs: [[-1], [0], [1], [2]], targets: [[-3], [-1], [1], [3]] })
const perceptron = await sequential([dense(1)], { inputSize: 1 })
perceptron.compile({ learningRate: 0.1, loss: 'meanSquaredError' })
await perceptron.fit(data, { epochs: 200, batchSize: 4 })

const [{ weights, bias }] = await perceptron.getParameters()
console.log(\`w = \${weights[0].toFixed(3)}, b = \${bias[0].toFixed(3)}\`)
`

export default function Network() {
  return (
    <Chapter heading={words.value.heading} lead={words.value.lead}>
      <LineExhibit />
      <PipelineExhibit />
      <FoldExhibit />
      <DeepExhibit />
      <PlaneExhibit />
      <section class="exhibit">
        <Program code={program} />
      </section>
    </Chapter>
  )
}
