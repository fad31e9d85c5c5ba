// What the exhibit says that leaves an image out.
import { agree, catalogue } from '../../languages.ts'

export const words = catalogue({
  en: {
    title: 'Without this image',
    lead: 'Choose a training image, train once with it and once without it, and see what that one image did.',
    images: 'Images to learn from',
    firstOf: (count: string) => `The first ${count}`,
    epochs: 'Epochs',
    left: 'Training image to leave out',
    asked: 'Test image to ask both about',
    number: 'No.',
    picked: (number: string, label: string) => `No. ${number}: ${label}`,
    hardest: 'The hardest ones for the network that learned from all',
    firstOnes: 'The first ones',
    changed: 'Those whose answers changed the most',
    train: 'Train with and without it',
    trainWithout: 'Train without it',
    training: (percent: string) => `Training … ${percent}`,
    failed: (reason: string) => `It stopped: ${reason}`,
    press: 'Nothing is trained yet.',
    pressAgain: 'Press the button to train without this image.',
    with: 'with',
    without: 'without',
    digit: 'Digit',
    right: '(its label)',
    difference: 'points',
    ofLeft: (number: string) => `The image that was left out, no. ${number}`,
    ofAsked: (number: string) => `Test image no. ${number}`,
    leftSays: (label: string, before: string, after: string) =>
      `The network that learned from it gives its label, ${label}, ${before}; the one that never saw it, ${after}.`,
    askedSays: (before: string, after: string, moved: string) =>
      `The test image is read as ${before} with it and as ${after} without it; ${moved} of the probability moved.`,
    others: (count: string) =>
      `Of the 1,000 test images, ${count} ${agree(count, 'is', 'are')} read differently.`,
    distance: (distance: string, way: string) =>
      `The weights of both networks lie ${distance} apart; training with all images moved them by ${way}. Both are lengths √Σ(w − w′)² over all 407,050.`,
    weightsWith: 'Weights with it',
    weightsWithout: 'Weights without it',
    noHash: 'The browser computes their SHA-256 only over https, or from localhost.',
    honest:
      'To leave it out, its weight in the loss is 0. So its batch keeps its place and the other 99 images, whose mean loss is divided by 99. Taking it out of the list instead would deal all images anew into other batches.',
    settings: (seed: string) =>
      `Seed ${seed}, batches of 100, learning rate 0.5. These are networks of their own: the one above is not touched.`,
  },
  ko: {
    title: '이 이미지가 없었다면',
    lead: '학습 이미지 하나를 골라 한 번은 넣고 한 번은 빼고 학습해, 그 한 장이 한 일을 봅니다.',
    images: '학습할 이미지',
    firstOf: count => `앞의 ${count}장`,
    epochs: '에폭',
    left: '뺄 학습 이미지',
    asked: '두 신경망에 물어볼 시험 이미지',
    number: '번호',
    picked: (number, label) => `${number}번: ${label}`,
    hardest: '모두 배운 신경망이 가장 어려워한 것들',
    firstOnes: '앞의 것들',
    changed: '대답이 가장 많이 바뀐 것들',
    train: '넣고 빼고 학습',
    trainWithout: '빼고 학습',
    training: percent => `학습하는 중 … ${percent}`,
    failed: reason => `멈췄습니다. ${reason}`,
    press: '아직 학습하지 않았습니다.',
    pressAgain: '단추를 누르면 이 이미지를 빼고 학습합니다.',
    with: '넣고',
    without: '빼고',
    digit: '숫자',
    right: '(정답)',
    difference: '%p',
    ofLeft: number => `빠진 학습 이미지 ${number}번`,
    ofAsked: number => `시험 이미지 ${number}번`,
    leftSays: (label, before, after) =>
      `이 이미지의 정답 ${label}의 확률은, 이 이미지를 배운 신경망에서 ${before}, 본 적 없는 신경망에서 ${after}입니다.`,
    askedSays: (before, after, moved) =>
      `시험 이미지를 두고, 넣고 학습한 신경망은 ${before}, 빼고 학습한 신경망은 ${after}라고 답합니다. 확률의 ${moved}가 옮겨 갔습니다.`,
    others: count => `시험 이미지 1,000장 가운데 ${count}장을 다르게 읽습니다.`,
    distance: (distance, way) =>
      `두 신경망의 가중치는 ${distance}만큼 떨어져 있고, 모두 넣은 학습은 가중치를 ${way}만큼 옮겼습니다. 둘 다 407,050개에 대한 길이 √Σ(w − w′)²입니다.`,
    weightsWith: '넣은 가중치',
    weightsWithout: '뺀 가중치',
    noHash: 'SHA-256은 https나 localhost에서만 브라우저가 계산합니다.',
    honest:
      '이미지를 뺀다는 것은 손실에서 그 이미지의 가중치를 0으로 두는 것입니다. 그래서 배치의 자리와 나머지 99장은 그대로이고, 그 배치의 평균 손실은 99로 나눕니다. 목록에서 아예 지우면 모든 이미지가 다른 배치로 다시 섞입니다.',
    settings: seed =>
      `시드 ${seed}, 배치 크기 100, 학습률 0.5. 따로 만든 신경망이라 위의 신경망은 그대로입니다.`,
  },
})
