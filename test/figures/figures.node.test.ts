// The lecture's figures, drawn again: `npm run figures` writes them, and this fails where a file is not what is drawn.
// Their numbers are the kernels' own, so they are the same on every machine.
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { activationFunctions } from './activation-functions.ts'
import { batchTraining } from './batch-training.ts'
import { beyondTheLecture } from './beyond-the-lecture.ts'
import { mnist } from './mnist.ts'
import { neuralNetwork } from './neural-network.ts'
import type { Translate } from './svg.ts'
import { vanishingGradients } from './vanishing-gradients.ts'

const folder = resolve(import.meta.dirname, '../../docs/figures')
const figures = [
  ...neuralNetwork,
  ...activationFunctions,
  ...vanishingGradients,
  ...mnist,
  ...batchTraining,
  ...beyondTheLecture,
]
const languages: Record<string, Translate> = { en: english => english, ko: (_, korean) => korean }

describe.each(Object.entries(languages))('%s', (language, translate) => {
  test.each(figures)('$name', async figure => {
    await expect(await figure.draw(translate)).toMatchFileSnapshot(`${folder}/${language}/${figure.name}.svg`)
  })

  test('no file is left of a figure that is drawn no more', () => {
    const names = figures.map(({ name }) => `${name}.svg`)
    expect(readdirSync(`${folder}/${language}`).sort()).toEqual(names.sort())
  })
})
