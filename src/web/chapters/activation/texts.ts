// What the chapter on activation functions says.
import { agree, catalogue, counted } from '../../languages.ts'

export const words = catalogue({
  en: {
    title: 'Activation functions',
    lead: 'Layers that are linear fold into one. So a function that is not linear stands between them, and on the way back its slope decides what each layer can still learn.',
    seed: 'Seed',
    train: 'Train',
    pause: 'Pause',
    goOn: 'Go on',
    again: 'Train again',
    step: 'One batch',
    reset: 'Start over',
    lectureNumbers: 'The lecture’s numbers',
    failed: (reason: string) => `The training failed. ${reason}`,
    preparing: 'Making the networks …',

    functions: {
      title: 'Each function and its slope',
      lead: 'Choose a function, then drag the point along its curve and watch the slope below.',
      choose: 'Function',
      more: (count: string) => `${count} more, beyond the lecture`,
      value: 'h(a)',
      slope: 'slope h′\u2060(a)',
      place: 'a',
      parameterSlope: 'Slope s for a ≤ 0',
      parameterAlpha: 'α',
      range: 'Values',
      slopes: 'Slopes shown',
      toCorner: (place: string) => `Go to a = ${place}`,
      point: 'The point on the curve',
      at: (a: string, h: string, slope: string) => `At a = ${a}, h(a) is ${h} and the slope is ${slope}.`,
      largestAt: (slope: string, a: string) =>
        `The slope is largest at a = ${a}: ${slope}. It is never above that.`,
      largest: (slope: string) => `The slope is never above ${slope}.`,
      flat: 'Everywhere else the slope is 0.',
      jump: (a: string, low: string, high: string, kernel: string) =>
        `At a = ${a} there is no derivative: h jumps from ${low} to ${high}, and the slope would be infinite. The kernel takes ${kernel}.`,
      anySlope: (a: string, left: string, right: string, kernel: string) =>
        `At a = ${a} there is no derivative. Every line with a slope from ${left} to ${right} touches the curve from below, so the sub-differential is [${left}, ${right}]. Sub-gradient descent takes one of them; the kernel takes ${kernel}.`,
      corner: (a: string, left: string, right: string, kernel: string) =>
        `At a = ${a} there is no derivative: the slope is ${left} on the left and ${right} on the right. The kernel takes ${kernel}.`,
      never: (slope: string) => `never above ${slope}`,
      undefinedHere: 'undefined',
      describe: (name: string, sentence: string) =>
        `${name}. The curve of h(a), with its tangent at the point. ${sentence}`,
      describeSlope: (name: string, sentence: string) => `${name}. The curve of the slope h′(a). ${sentence}`,
    },

    chain: {
      title: 'The vanishing gradient: the lecture’s chain',
      lead: 'Change the input or the outputs of the two sigmoids, and see what is left of a gradient of 1 on its way back.',
      input: 'Input',
      first: 'First output',
      second: 'Second output',
      rounded: 'Round at each step, to two digits as the lecture does',
      lecture: '0.67 and 0.73',
      flat: 'Two slopes of 0.01',
      steepest: 'The steepest',
      forward: 'Forward',
      backward: 'Backward',
      byHand: 'set by hand',
      sigmoid: 'sigmoid',
      forwardWords: (input: string, first: string, second: string) =>
        `Forward, ${input} becomes ${first}, and ${first} becomes ${second}.`,
      handWords: (first: string, second: string) =>
        `The first sigmoid gives ${first} and the second ${second}, as set by hand.`,
      backwardWords: (before: string, second: string, middle: string, first: string, after: string) =>
        `Back: ${before} · (1 − ${second}) · ${second} = ${middle}, then ${middle} · (1 − ${first}) · ${first} = ${after}.`,
      left: (share: string) =>
        `${share} of the gradient is left after two layers. Each layer multiplies it by 0.25 at most. So gradients vanish: one cause of the winter of neural networks, 1986–2006.`,
    },

    softmax: {
      title: 'Softmax, and the constant C',
      lead: 'Move the three scores. Then move C: it changes nothing, until exp no longer fits into a number.',
      score: (k: string) => `Score a${k}`,
      constant: 'C',
      kernel: (constant: string) => `As the kernel computes it, with −max: C\u00a0=\u00a0${constant}`,
      written: (constant: string) => `As the formula is written, with C\u00a0=\u00a0${constant}`,
      exponentials: (values: string, sum: string) => `exp(aₖ + C): ${values}. Sum: ${sum}.`,
      sumWords: (a: string, b: string, c: string, sum: string) => `${a} + ${b} + ${c} = ${sum}.`,
      largest: (k: string, share: string) =>
        `The largest score, a${k}, gets the largest probability: ${share}.`,
      fine: (constant: string) => `With C\u00a0=\u00a0${constant} the formula gives the same probabilities.`,
      inexact: (constant: string) =>
        `With C\u00a0=\u00a0${constant} the exponentials are so small that they lose digits: the probabilities are no longer right.`,
      overflow: (constant: string) =>
        `With C\u00a0=\u00a0${constant} exp overflows: single precision ends at 3.4 × 10³⁸, and ∞ / ∞ is no number. With −max the largest exponent is 0, so the kernel’s probabilities stay right.`,
      underflow: (constant: string) =>
        `With C\u00a0=\u00a0${constant} every exp is 0 in single precision, and 0 / 0 is no number. With −max the largest exponent is 0, so the kernel’s probabilities stay right.`,
    },

    vanishing: {
      title: 'Ten layers of sigmoids beside ten of ReLUs',
      lead: 'Press Train: both networks learn the same digits, and each layer’s gradient moves.',
      sigmoid: 'Sigmoid',
      relu: 'ReLU',
      layer: 'hidden layer',
      norm: 'size of the gradient (L2 norm)',
      setting: (layers: string, units: string, rate: string, batch: string) =>
        `784 inputs, ${layers} layers of ${units} units, 10 outputs. Plain gradient descent, learning rate ${rate}, batches of ${batch} digits.`,
      untrained: 'Before training',
      after: (batches: string) => `After ${counted(batches, 'batch', 'batches')}`,
      sizes: (when: string, sigmoid: string, relu: string) =>
        `${when}, the first layer’s gradient is ${sigmoid} with sigmoids and ${relu} with ReLUs.`,
      ratio: (ratio: string) =>
        `From the last layer to the first, the sigmoids’ gradient shrinks ${counted(ratio, 'time', 'times')}.`,
      learned: (sigmoid: string, relu: string) =>
        `Of the latest digits, the sigmoids read ${sigmoid} right and the ReLUs ${relu}.`,
      accuracy: 'Right, of the last 1,000 digits',
      loss: 'Loss',
      describe: (sentence: string) =>
        `The size of the gradient in each of ten layers, on a logarithmic scale. ${sentence}`,
    },

    dying: {
      title: 'Units that die',
      lead: 'Press Train: three networks differ only in their learning rate. A unit that no image activates has a slope of 0 for every image, and never learns again.',
      rate: (rate: string) => `Learning rate ${rate}`,
      count: (dead: string, units: string) => `${dead} of ${units} dead`,
      batches: 'batches',
      deadUnits: 'dead units',
      activation: 'Activation',
      legend:
        'Each circle is a unit: the fuller, the more images activate it. A cross marks a unit that none activates.',
      untrained: 'Before training no unit is dead.',
      words: (batch: string, batches: string, slow: string, middle: string, fast: string, units: string) =>
        `After ${batch} of ${batches} batches, ${slow} of ${units} units ${agree(slow, 'is', 'are')} dead at a learning rate of 0.1, ${middle} at 1 and ${fast} at 3.`,
      leaky: (silent: string) =>
        `With leaky ReLU, ${counted(silent, 'unit is', 'units are')} below 0 for every image at a learning rate of 3, but a slope of 0.1 remains: none is dead.`,
      setting: (units: string, images: string) =>
        `784 inputs, ${units} units, 10 outputs; ${images} digits, each shown to every unit after every batch.`,
      shades:
        'Pixels have 16 shades of grey in this page and 256 in MNIST’s files, so other units die here than in the lecture’s program.',
      describe: (rate: string, dead: string, units: string) =>
        `Learning rate ${rate}: ${dead} of ${units} units ${agree(dead, 'is', 'are')} dead.`,
    },
  },
  ko: {
    title: '활성화 함수',
    lead: '선형 층은 아무리 쌓아도 하나의 층과 같습니다. 그래서 층과 층 사이에 선형이 아닌 함수를 둡니다. 역전파에서는 이 함수의 기울기가 각 층이 얼마나 배울지를 정합니다.',
    seed: '시드',
    train: '학습',
    pause: '일시정지',
    goOn: '계속',
    again: '다시 학습',
    step: '배치 하나',
    reset: '처음부터',
    lectureNumbers: '강의의 수',
    failed: reason => `학습에 실패했습니다. ${reason}`,
    preparing: '신경망을 만드는 중 …',

    functions: {
      title: '함수와 기울기',
      lead: '함수를 고르고 곡선 위의 점을 끌면서 아래의 기울기를 봅니다.',
      choose: '함수',
      more: count => `강의에 없는 함수 ${count}개`,
      value: 'h(a)',
      slope: '기울기 h′\u2060(a)',
      place: 'a',
      parameterSlope: 'a ≤ 0에서의 기울기 s',
      parameterAlpha: 'α',
      range: '함숫값',
      slopes: '그림 속 기울기',
      toCorner: place => `a = ${place}에서 보기`,
      point: '곡선 위의 점',
      at: (a, h, slope) => `a = ${a}에서 h(a)는 ${h}, 기울기는 ${slope}입니다.`,
      largestAt: (slope, a) => `기울기는 a = ${a}에서 가장 큽니다: ${slope}. 이보다 커지지 않습니다.`,
      largest: slope => `기울기의 최댓값은 ${slope}입니다.`,
      flat: '다른 곳에서는 기울기가 모두 0입니다.',
      jump: (a, low, high, kernel) =>
        `a = ${a}에서는 미분할 수 없습니다. h의 값이 ${low}에서 바로 ${high}이 되므로 기울기가 무한대입니다. 커널이 쓰는 기울기는 ${kernel}입니다.`,
      anySlope: (a, left, right, kernel) =>
        `a = ${a}에서는 미분할 수 없습니다. 기울기가 ${left}부터 ${right}까지인 직선은 모두 곡선 아래에 닿으므로, 서브미분은 [${left}, ${right}]입니다. 서브그래디언트 하강법은 그중 하나를 고릅니다. 커널이 쓰는 기울기는 ${kernel}입니다.`,
      corner: (a, left, right, kernel) =>
        `a = ${a}에서는 미분할 수 없습니다. 왼쪽의 기울기는 ${left}, 오른쪽의 기울기는 ${right}입니다. 커널이 쓰는 기울기는 ${kernel}입니다.`,
      never: slope => `최대 ${slope}`,
      undefinedHere: '없음',
      describe: (name, sentence) => `${name}. h(a)의 곡선과 점에서의 접선입니다. ${sentence}`,
      describeSlope: (name, sentence) => `${name}. 기울기 h′(a)의 곡선입니다. ${sentence}`,
    },

    chain: {
      title: '기울기 소실: 강의의 예',
      lead: '입력이나 두 시그모이드의 출력을 바꾸면서, 기울기 1이 돌아오는 동안 얼마나 남는지 봅니다.',
      input: '입력',
      first: '첫 번째 출력',
      second: '두 번째 출력',
      rounded: '강의처럼 단계마다 유효 숫자 두 자리로 반올림',
      lecture: '0.67과 0.73',
      flat: '기울기 0.01이 두 번',
      steepest: '가장 가파른 곳',
      forward: '순전파',
      backward: '역전파',
      byHand: '직접 정함',
      sigmoid: '시그모이드',
      forwardWords: (input, first, second) => `순전파: ${input} → ${first} → ${second}.`,
      handWords: (first, second) =>
        `직접 정한 출력은 첫 번째 시그모이드가 ${first}, 두 번째가 ${second}입니다.`,
      backwardWords: (before, second, middle, first, after) =>
        `역전파: ${before} · (1 − ${second}) · ${second} = ${middle}, 이어서 ${middle} · (1 − ${first}) · ${first} = ${after}.`,
      left: share =>
        `두 층을 지나면 기울기의 ${share}만 남습니다. 한 층에서 곱해지는 기울기는 최대 0.25입니다. 기울기 소실은 이렇게 일어나며, 1986–2006년 신경망의 겨울이 온 원인 가운데 하나입니다.`,
    },

    softmax: {
      title: '소프트맥스와 상수 C',
      lead: '점수 세 개를 움직입니다. 그다음 C를 움직여 봅니다. exp가 너무 커지기 전까지는 아무것도 달라지지 않습니다.',
      score: k => `점수 a${k}`,
      constant: 'C',
      kernel: constant => `커널의 계산: −max를 씁니다. C\u00a0=\u00a0${constant}`,
      written: constant => `수식 그대로의 계산: C\u00a0=\u00a0${constant}`,
      exponentials: (values, sum) => `exp(aₖ + C): ${values}. 합: ${sum}.`,
      sumWords: (a, b, c, sum) => `${a} + ${b} + ${c} = ${sum}.`,
      largest: (k, share) => `가장 큰 점수 a${k}의 확률이 가장 큽니다: ${share}.`,
      fine: constant => `C\u00a0=\u00a0${constant}이면 수식 그대로 계산해도 확률이 같습니다.`,
      inexact: constant =>
        `C\u00a0=\u00a0${constant}이면 exp의 값이 너무 작아 유효 숫자를 잃습니다. 확률이 더는 맞지 않습니다.`,
      overflow: constant =>
        `C\u00a0=\u00a0${constant}이면 exp가 오버플로를 일으킵니다. 단정밀도는 3.4 × 10³⁸까지이고 ∞ / ∞는 수가 아닙니다. −max를 쓰면 가장 큰 지수가 0이므로 커널의 확률은 그대로입니다.`,
      underflow: constant =>
        `C\u00a0=\u00a0${constant}이면 단정밀도에서 모든 exp가 0이 되고 0 / 0은 수가 아닙니다. −max를 쓰면 가장 큰 지수가 0이므로 커널의 확률은 그대로입니다.`,
    },

    vanishing: {
      title: '시그모이드 열 층과 ReLU 열 층',
      lead: '학습을 누르면 두 신경망이 같은 숫자 이미지를 배우고, 층마다 기울기가 움직입니다.',
      sigmoid: '시그모이드',
      relu: 'ReLU',
      layer: '은닉층',
      norm: '기울기의 크기 (L2 노름)',
      setting: (layers, units, rate, batch) =>
        `입력 784개, 뉴런 ${units}개짜리 층 ${layers}개, 출력 10개. 경사 하강법, 학습률 ${rate}, 이미지 ${batch}장짜리 배치.`,
      untrained: '학습 전',
      after: batches => `배치 ${batches}개 뒤`,
      sizes: (when, sigmoid, relu) =>
        `${when}, 첫 번째 층의 기울기는 시그모이드가 ${sigmoid}, ReLU가 ${relu}입니다.`,
      ratio: ratio => `마지막 층에서 첫 번째 층까지 시그모이드의 기울기는 ${ratio}배 줄어듭니다.`,
      learned: (sigmoid, relu) =>
        `최근의 이미지 가운데 시그모이드는 ${sigmoid}, ReLU는 ${relu}를 맞혔습니다.`,
      accuracy: '최근 1,000장의 정확도',
      loss: '손실',
      describe: sentence => `층 열 개의 기울기 크기를 로그 눈금으로 그렸습니다. ${sentence}`,
    },

    dying: {
      title: '죽은 뉴런',
      lead: '학습을 누릅니다. 세 신경망은 학습률만 다릅니다. 어떤 이미지에도 활성화되지 않는 뉴런은 모든 이미지에서 기울기가 0이라 다시는 배우지 못합니다.',
      rate: rate => `학습률 ${rate}`,
      count: (dead, units) => `${units}개 중 ${dead}개 죽음`,
      batches: '배치',
      deadUnits: '죽은 뉴런',
      activation: '활성화 함수',
      legend:
        '원 하나가 뉴런 하나입니다. 활성화하는 이미지가 많을수록 원이 큽니다. 가위표는 어떤 이미지에도 활성화되지 않는 뉴런입니다.',
      untrained: '학습 전에는 죽은 뉴런이 없습니다.',
      words: (batch, batches, slow, middle, fast, units) =>
        `배치 ${batches}개 중 ${batch}개 뒤, 뉴런 ${units}개 가운데 죽은 것은 학습률 0.1에서 ${slow}개, 1에서 ${middle}개, 3에서 ${fast}개입니다.`,
      leaky: silent =>
        `Leaky ReLU를 쓰면 학습률 3에서 뉴런 ${silent}개가 모든 이미지에서 0보다 작지만, 기울기 0.1이 남아 있어 죽지 않습니다.`,
      setting: (units, images) =>
        `입력 784개, 뉴런 ${units}개, 출력 10개. 이미지 ${images}장을 배치마다 모든 뉴런에 보여 줍니다.`,
      shades:
        '픽셀의 명암은 이 페이지에서 16단계, MNIST 파일에서 256단계입니다. 그래서 죽은 뉴런의 수가 강의 프로그램과 다릅니다.',
      describe: (rate, dead, units) => `학습률 ${rate}: 뉴런 ${units}개 중 ${dead}개가 죽었습니다.`,
    },
  },
})
