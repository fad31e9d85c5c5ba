// What the chapter on neural networks says.
import { catalogue, counted } from '../../languages.ts'

/** Names of activations, as the chapter on them has them. */
export const activationNames = catalogue({
  en: { identity: 'identity', relu: 'ReLU', leakyRelu: 'leaky ReLU', sigmoid: 'sigmoid', tanh: 'tanh' },
  ko: { identity: '항등 함수', relu: 'ReLU', leakyRelu: 'Leaky ReLU', sigmoid: '시그모이드', tanh: 'tanh' },
})

/** A number's digits as subscripts. */
export const subscript = (number: number): string =>
  [...String(number)].map(digit => String.fromCodePoint(0x2080 + Number(digit))).join('')

export const words = catalogue({
  en: {
    heading: 'Neural network',
    lead: 'A perceptron computes y = w·x + b. Learning means finding good w and b, and layers of perceptrons can do more than one.',
    line: {
      title: 'Find w and b',
      lead: 'Drag the line by its two handles until the bars vanish, or press Find it.',
      weight: 'Weight w (slope)',
      bias: 'Bias b (intercept)',
      weightField: 'Weight w as a number',
      biasField: 'Bias b as a number',
      both: 'Weight w and bias b',
      rate: 'Learning rate η',
      find: 'Find it',
      pause: 'Pause',
      step: 'One step',
      reset: 'Start over',
      map: 'The way down',
      mapLead:
        'Each place is a pair of w and b. Along a curve the loss is the same; the smallest ring is around its minimum.',
      plot: (line: string, loss: string) =>
        `Four points of y = 2x − 1 and the line y = ${line}. The mean squared error is ${loss}.`,
      mapDescription: (w: string, b: string, loss: string) =>
        `A map of the loss over w and b. At w = ${w} and b = ${b} it is ${loss}.`,
      table: 'The points, the predictions and their errors',
      target: 'target t',
      prediction: 'prediction y',
      error: 'error y − t',
      numbers: (w: string, b: string, loss: string) =>
        `With w = ${w} and b = ${b}, the loss (mean squared error) is ${loss}.`,
      gradient: (dw: string, db: string) => `Its gradient is ∂L/∂w = ${dw}, ∂L/∂b = ${db}.`,
      descending: (steps: string) => `Step ${steps}: each goes against the gradient.`,
      found: (steps: string, w: string, b: string) =>
        `Found in ${counted(steps, 'step', 'steps')}: w = ${w}, b = ${b}.`,
      diverged: (steps: string) =>
        `Stopped after ${counted(steps, 'step', 'steps')}: with this learning rate each step overshoots further than the last.`,
    },
    fold: {
      title: 'Two linear layers are one',
      lead: 'Change the weights, then press Fold: one layer gives the same z.',
      fold: 'Fold',
      unfold: 'Unfold',
      reset: 'The lecture’s weights',
      weights: 'Weights and biases',
      from: (from: string, to: string) => `Weight from ${from} to ${to}`,
      biasOf: (unit: string) => `Bias of ${unit}`,
      input: 'An input',
      picture: (formula: string, isFolded: boolean) =>
        isFolded
          ? `One layer: z = ${formula}.`
          : `Two inputs, two hidden units and one output. Together z = ${formula}.`,
      numbers: (formula: string, input: string, y1: string, y2: string, two: string, one: string) =>
        `Together the two layers are z = ${formula}. For x = ${input}: y₁ = ${y1}, y₂ = ${y2}, and z = ${two} by two layers; by one, z = ${one}.`,
    },
    deep: {
      title: 'However deep, it is one layer',
      lead: 'Add linear layers: the network has more parameters and can do no more. Then put ReLUs between them.',
      activation: 'Between the layers',
      hiddenLayers: 'Hidden layers',
      hiddenUnits: 'Units in each',
      seed: 'Seed',
      otherSeed: 'Other weights',
      deep: 'Deep network',
      one: 'Folded',
      parameters: (count: string) => counted(count, 'parameter', 'parameters'),
      output: (sample: string) => `Output for x = (${sample}):`,
      folds: (from: string, to: string, samples: string, difference: string) =>
        `${counted(from, 'parameter folds', 'parameters fold')} into ${to}. On ${samples} random samples the outputs differ by less than ${difference} of the largest.`,
      stays: (count: string) =>
        `With ReLUs between them the layers do not fold: all ${count} parameters are needed.`,
    },
  },
  ko: {
    heading: '신경망',
    lead: '퍼셉트론은 y = w·x + b를 계산합니다. 학습이란 좋은 w와 b를 찾는 일이며, 퍼셉트론을 층으로 쌓으면 더 많은 일을 할 수 있습니다.',
    line: {
      title: 'w와 b 찾기',
      lead: '막대가 사라질 때까지 직선의 손잡이 두 개를 끕니다. 찾기를 누르면 경사 하강법이 대신 찾습니다.',
      weight: '가중치 w(직선의 기울기)',
      bias: '편향 b(절편)',
      weightField: '가중치 w를 숫자로',
      biasField: '편향 b를 숫자로',
      both: '가중치 w와 편향 b',
      rate: '학습률 η',
      find: '찾기',
      pause: '일시정지',
      step: '한 걸음',
      reset: '처음부터',
      map: '내려가는 길',
      mapLead:
        '지도의 한 점은 w와 b의 한 쌍입니다. 한 곡선 위에서는 손실이 같고, 가장 작은 고리 안에 최솟값이 있습니다.',
      plot: (line, loss) => `y = 2x − 1 위의 점 네 개와 직선 y = ${line}. 평균 제곱 오차는 ${loss}입니다.`,
      mapDescription: (w, b, loss) =>
        `w와 b에 따른 손실의 지도. w = ${w}, b = ${b}에서 손실은 ${loss}입니다.`,
      table: '점과 예측값, 오차',
      target: '정답 t',
      prediction: '예측값 y',
      error: '오차 y − t',
      numbers: (w, b, loss) => `w = ${w}, b = ${b}일 때 손실(평균 제곱 오차)은 ${loss}입니다.`,
      gradient: (dw, db) => `기울기는 ∂L/∂w = ${dw}, ∂L/∂b = ${db}입니다.`,
      descending: steps => `${steps}걸음째: 기울기의 반대 방향으로 내려갑니다.`,
      found: (steps, w, b) => `${steps}걸음 만에 찾았습니다: w = ${w}, b = ${b}.`,
      diverged: steps => `${steps}걸음 뒤 멈췄습니다. 이 학습률에서는 한 걸음마다 더 멀리 지나칩니다.`,
    },
    fold: {
      title: '선형 층 두 개는 한 층과 같다',
      lead: '가중치를 바꾸고 접기를 누릅니다. 한 층으로도 z가 같습니다.',
      fold: '접기',
      unfold: '펼치기',
      reset: '강의의 가중치',
      weights: '가중치와 편향',
      from: (from, to) => `${from}에서 ${to}로 가는 가중치`,
      biasOf: unit => `${unit}의 편향`,
      input: '입력',
      picture: (formula, isFolded) =>
        isFolded
          ? `층 하나: z = ${formula}.`
          : `입력 두 개, 은닉 뉴런 두 개, 출력 하나. 합치면 z = ${formula}.`,
      numbers: (formula, input, y1, y2, two, one) =>
        `두 층을 합치면 z = ${formula}입니다. x = ${input}이면 y₁ = ${y1}, y₂ = ${y2}이고 두 층으로는 z = ${two}, 한 층으로는 z = ${one}입니다.`,
    },
    deep: {
      title: '아무리 깊어도 한 층과 같다',
      lead: '선형 층을 늘려 봅니다. 매개변수만 늘고 할 수 있는 일은 늘지 않습니다. 그다음 층 사이에 ReLU를 넣습니다.',
      activation: '층 사이',
      hiddenLayers: '은닉층의 수',
      hiddenUnits: '층마다 뉴런의 수',
      seed: '시드',
      otherSeed: '다른 가중치',
      deep: '깊은 신경망',
      one: '접은 신경망',
      parameters: count => `매개변수 ${count}개`,
      output: sample => `x = (${sample})의 출력:`,
      folds: (from, to, samples, difference) =>
        `매개변수 ${from}개가 ${to}개로 접힙니다. 무작위 입력 ${samples}개에서 출력의 차이는 가장 큰 출력의 ${difference}보다 작습니다.`,
      stays: count => `층 사이에 ReLU가 있으면 접히지 않습니다. 매개변수 ${count}개가 모두 필요합니다.`,
    },
  },
})
