// What the tiles of weights say.
import { agree, catalogue } from '../../languages.ts'

export const words = catalogue({
  en: {
    title: 'What the hidden units have learned',
    lead: 'Each tile is a unit of the hidden layer: its 784 weights, where the pixels are. Switch between the weights and what training has changed in them.',
    waiting: 'The network is being loaded …',
    kind: 'Each tile shows',
    difference: 'W − W₀, the change',
    weights: 'W, the weights',
    units: 'Units',
    range: (from: string, to: string, of: string) => `${from}–${to} of ${of}`,
    previous: 'Previous',
    next: 'Next',
    description: (from: string, to: string, isChange: boolean, full: string) =>
      `64 tiles of 28 × 28, units ${from} to ${to}: ${isChange ? 'the change of each weight since the beginning' : 'each weight'}, blue below 0, orange above, full colour from ${full} on.`,
    nothingChanged:
      'W − W₀ is 0 everywhere: the network has not learned anything yet. Train it, and strokes appear.',
    weightsSay:
      'The weights began at random, and training moves each of them only a little: strokes hide in that noise.',
    changesSay:
      'The change alone shows strokes: where ink speaks for what the unit is for (orange), and where against (blue).',
    most: (unit: string, length: string) =>
      `Of these, unit ${unit} has changed most: the length of its change is ${length}.`,
    unchanged: (count: string) =>
      `Of all 512 units, ${count} ${agree(count, 'has', 'have')} not changed at all.`,
  },
  ko: {
    title: '은닉 뉴런이 배운 것',
    lead: '타일 하나가 은닉층의 뉴런 하나입니다. 가중치 784개가 픽셀의 자리에 놓여 있습니다. 가중치와 학습으로 바뀐 양을 번갈아 봅니다.',
    waiting: '신경망을 불러오는 중 …',
    kind: '타일에 표시할 값',
    difference: 'W − W₀, 바뀐 양',
    weights: 'W, 가중치',
    units: '뉴런',
    range: (from, to, of) => `${of}개 중 ${from}–${to}`,
    previous: '이전',
    next: '다음',
    description: (from, to, isChange, full) =>
      `28 × 28 타일 64개, 뉴런 ${from}부터 ${to}까지: ${isChange ? '처음부터 지금까지 각 가중치가 바뀐 양' : '각 가중치'}입니다. 0보다 작으면 파란색, 크면 주황색이며 크기가 ${full} 이상이면 가장 진합니다.`,
    nothingChanged: 'W − W₀이 모두 0입니다. 아직 아무것도 학습하지 않았습니다. 학습시키면 획이 나타납니다.',
    weightsSay: '가중치는 무작위로 시작하고, 학습은 가중치마다 조금씩만 바꿉니다. 획은 그 잡음에 묻힙니다.',
    changesSay:
      '바뀐 양만 보면 획이 보입니다. 주황색은 그 자리의 획이 뉴런을 키우는 곳, 파란색은 줄이는 곳입니다.',
    most: (unit, length) => `이 가운데 가장 많이 바뀐 뉴런은 ${unit}번이며, 변화의 길이는 ${length}입니다.`,
    unchanged: count => `전체 512개 중 전혀 바뀌지 않은 뉴런은 ${count}개입니다.`,
  },
})
