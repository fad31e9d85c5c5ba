// What the drawing of the network says.
import { agree, catalogue } from '../../languages.ts'

export const words = catalogue({
  en: {
    title: 'One image’s way through the network',
    lead: 'Choose a test image and follow it from its 784 pixels to ten probabilities, also while the network learns.',
    waiting: 'The network is being loaded …',
    image: 'Test image',
    previous: 'Previous',
    next: 'Next',
    pixels: '784 pixels',
    hidden: '512 units, ReLU',
    outputs: '10 probabilities, softmax',
    outputsShort: '10 probabilities',
    description: (number: string, label: string, active: string, predicted: string, probability: string) =>
      `From the image to the probabilities: test image ${number}, label ${label}; the 512 activations of the hidden layer, of which ${active} ${agree(active, 'is', 'are')} above 0; ten bars for the probabilities, the longest ${predicted} with ${probability}. Lines show what the strongest units add to it.`,
    adds: 'adds to the likeliest answer',
    takes: 'takes from the likeliest answer',
    layers: 'Parameters by layer, as the package counts them',
    layer: 'Layer',
    weights: 'Weights',
    biases: 'Biases',
    parameters: 'Parameters',
    all: 'All',
    says: (label: string, lit: string, active: string) =>
      `Label ${label}: ${lit} of the 784 pixels ${agree(lit, 'is', 'are')} not black, and ${active} of the 512 hidden units ${agree(active, 'is', 'are')} above 0.`,
    strongestSays: (unit: string, activation: string, sign: 'adds' | 'takes', value: string, digit: string) =>
      `Unit ${unit} weighs most: its activation of ${activation} ${sign} ${value} ${sign === 'adds' ? 'to' : 'from'} the sum for ${digit}.`,
    silent: 'The hidden layer says nothing about this image: only the biases of the last layer count.',
    reads: (predicted: string, probability: string, isRight: boolean) =>
      `The network reads ${predicted} with ${probability}, which is ${isRight ? 'right' : 'wrong'}.`,
    probabilities: 'The ten probabilities',
  },
  ko: {
    title: '이미지 하나가 신경망을 지나는 길',
    lead: '시험 이미지를 골라 784개 픽셀에서 확률 10개가 나오기까지를 따라갑니다. 학습하는 동안에도 볼 수 있습니다.',
    waiting: '신경망을 불러오는 중 …',
    image: '시험 이미지',
    previous: '이전',
    next: '다음',
    pixels: '픽셀 784개',
    hidden: '뉴런 512개, ReLU',
    outputs: '확률 10개, softmax',
    outputsShort: '확률 10개',
    description: (number, label, active, predicted, probability) =>
      `이미지에서 확률까지: 시험 이미지 ${number}번(정답 ${label}), 은닉층의 활성화 512개(0보다 큰 것 ${active}개), 확률 막대 10개입니다. 가장 긴 막대는 ${predicted}, ${probability}입니다. 선은 가장 크게 기여하는 뉴런을 나타냅니다.`,
    adds: '가장 유력한 답에 더함',
    takes: '가장 유력한 답에서 뺌',
    layers: '패키지가 센 층별 매개변수',
    layer: '층',
    weights: '가중치',
    biases: '편향',
    parameters: '매개변수',
    all: '합계',
    says: (label, lit, active) =>
      `정답은 ${label}입니다. 784개 픽셀 가운데 ${lit}개가 검지 않고, 은닉 뉴런 512개 가운데 ${active}개가 0보다 큽니다.`,
    strongestSays: (unit, activation, sign, value, digit) =>
      `뉴런 ${unit}의 기여가 가장 큽니다. 활성화는 ${activation}, ${digit}의 합${sign === 'adds' ? '에 더하는 값' : '에서 빼는 값'}은 ${value}입니다.`,
    silent: '은닉층이 이 이미지에 반응하지 않으므로 마지막 층의 편향만 남습니다.',
    reads: (predicted, probability, isRight) =>
      `신경망이 읽은 값은 ${predicted}입니다(확률 ${probability}). ${isRight ? '맞았습니다' : '틀렸습니다'}.`,
    probabilities: '확률 10개',
  },
})
