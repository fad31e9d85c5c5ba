// A table for those who have none at hand: invented fruit, from a seeded generator.
import { random } from './random.ts'

/** What its columns and categories are called. */
export interface FruitWords {
  readonly columns: {
    readonly weight: string
    readonly diameter: string
    readonly sugar: string
    readonly colour: string
    readonly fruit: string
  }
  readonly colours: {
    readonly red: string
    readonly yellow: string
    readonly green: string
    readonly orange: string
  }
  readonly fruits: {
    readonly apple: string
    readonly pear: string
    readonly lemon: string
    readonly tangerine: string
  }
}

type Fruit = keyof FruitWords['fruits']
type Colour = keyof FruitWords['colours']

/** Mean and spread of a fruit's numbers, and its colours. */
const FRUITS: Record<
  Fruit,
  { weight: [number, number]; diameter: [number, number]; sugar: [number, number]; colours: Colour[] }
> = {
  apple: {
    weight: [190, 30],
    diameter: [7.6, 0.5],
    sugar: [12.5, 1.2],
    colours: ['red', 'red', 'yellow', 'green'],
  },
  pear: {
    weight: [230, 40],
    diameter: [7.2, 0.5],
    sugar: [11.5, 1.1],
    colours: ['green', 'yellow', 'yellow'],
  },
  lemon: {
    weight: [110, 18],
    diameter: [5.8, 0.4],
    sugar: [4.5, 0.8],
    colours: ['yellow', 'yellow', 'green'],
  },
  tangerine: {
    weight: [85, 15],
    diameter: [5.6, 0.4],
    sugar: [10.5, 1.1],
    colours: ['orange', 'orange', 'yellow'],
  },
}

const NAMES = Object.keys(FRUITS) as Fruit[]

/** 240 rows as a CSV file: three numbers, a colour, and the fruit. In five rows, something is missing. */
export function fruitTable(words: FruitWords, rows = 240): string {
  const next = random(1)
  /** Nearly normal: a sum of twelve. */
  const around = ([mean, spread]: [number, number]) => {
    let sum = -6
    for (let i = 0; i < 12; ++i) sum += next()
    return mean + spread * sum
  }
  const { columns, colours, fruits } = words
  const lines = [[columns.weight, columns.diameter, columns.sugar, columns.colour, columns.fruit]]
  for (let row = 0; row < rows; ++row) {
    const name = NAMES[Math.floor(next() * NAMES.length)] ?? 'apple'
    const fruit = FRUITS[name]
    const colour = fruit.colours[Math.floor(next() * fruit.colours.length)] ?? 'red'
    const isLacking = row % 48 === 20
    lines.push([
      around(fruit.weight).toFixed(0),
      around(fruit.diameter).toFixed(1),
      isLacking ? '' : around(fruit.sugar).toFixed(1),
      colours[colour],
      fruits[name],
    ])
  }
  return `${lines.map(line => line.join(',')).join('\n')}\n`
}
