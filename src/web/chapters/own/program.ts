// The program at the chapter's end: a table that is read, divided, learned from, tested and asked.

export const program = `import { dataset, dense, normalization, sequential } from 'wasmlp'
import { parseCsv } from 'wasmlp/data'

// A table as text. In your own program: await loadCsv('fruit.csv', { label: 'fruit' })
const rows = Array.from({ length: 200 }, (_, i) => {
  const isLemon = i % 2 === 0
  const spread = Math.sin(37 * i) // the same numbers each time
  const weight = (isLemon ? 110 : 160) + 30 * spread
  return [weight.toFixed(0), i % 3 ? 'yellow' : 'green', isLemon ? 'lemon' : 'apple'].join()
})
const table = await parseCsv(['weight,colour,fruit', ...rows].join('\\n'), {
  label: 'fruit',
  categorical: ['colour'],
})
console.log(table.inputNames.join(', '), '→', table.categories.fruit.join(', '))

const data = await dataset(table)
const [train, test] = await data.split(0.8, { seed: 1, stratify: true })
const model = await sequential(
  [
    normalization(await train.standardization()),
    dense(32, { activation: 'relu' }),
    dense(2, { activation: 'softmax' }),
  ],
  { inputSize: data.inputSize, seed: 1 },
)
model.compile({ optimizer: 'adam', learningRate: 0.01 })
await model.fit(train, { epochs: 60, batchSize: 8 })
const { accuracy } = await model.evaluate(test)
console.log(\`\${(100 * accuracy).toFixed(1)} % of \${test.length} rows are right\`)

const { inputs } = await parseCsv('weight,colour\\n95,yellow', {
  categorical: ['colour'],
  categories: table.categories,
})
const [probabilities] = await model.predict(inputs)
table.categories.fruit.forEach((fruit, i) => console.log(fruit, probabilities[i].toFixed(2)))
`
