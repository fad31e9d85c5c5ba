// What time travel says.
import { catalogue } from '../../languages.ts'

export const words = catalogue({
  en: {
    title: 'Time travel',
    lead: 'Drag through the batches of the training, and see what the network was at each of them.',
    batch: 'Batch',
    place: (step: string, of: string, epoch: string) => `${step} of ${of} · epoch ${epoch}`,
    placeBefore: (of: string) => `0 of ${of} · before the first batch`,
    noBatch: 'none yet',
    back: 'One back',
    forward: 'One on',
    loss: 'loss of a batch',
    batches: 'batches',
    curveSays: (step: string, kept: string) =>
      `The loss of each batch; the slider is at batch ${step}. Kept in memory: the weights after ${kept}.`,
    nothingKept: 'no batch',
    image: 'Test image',
    imageSays: (number: string, label: string) => `Test image ${number}: ${label}`,
    probabilities: 'What it makes of the image',
    answer: (label: string, share: string, loss: string) =>
      `To the image’s class, ${label}, it gives ${share}; the loss of the image is ${loss}.`,
    nothing:
      'Train the network first, above: its batches can then be gone through here, also while it learns.',
    press: 'Drag the slider, or press one of the buttons.',
    seen: (step: string, accuracy: string, loss: string) =>
      `After batch ${step}: ${accuracy} of the test images are read right, with a loss of ${loss}.`,
    seenBefore: (accuracy: string, loss: string) =>
      `Before the first batch: ${accuracy} of the test images are read right, with a loss of ${loss}.`,
    onTheWay: (target: string, at: string) => `That step was kept. On the way to batch ${target}: at ${at} …`,
    starting: 'Going there …',
    failed: (reason: string) => `It did not get there: ${reason}`,
    weights: 'Weights',
    noHash: 'The browser computes their SHA-256 only over https, or from localhost.',
    goOn: 'Go on from here',
    goOnSays:
      '“Go on from here” puts the training above to this batch. From there it goes the same way again, unless you change its learning rate.',
    busy: 'When the training has ended, it can go on from here.',
    how: (kept: string, megabytes: string) =>
      `A second network does this; the one above stays as it is. It takes the last weights that are kept before the batch, and trains the batches from there again: the same images in the same order give the same weights, to the last bit. Of a training, up to ${kept} states are kept in memory, ${megabytes}\u00a0MB.`,
    everywhere:
      'With the build simd (add build=simd to the address), every browser and Node.js compute the same weights: compare the SHA-256.',
  },
  ko: {
    title: '시간 여행',
    lead: '학습한 배치 사이를 끌어 다니며 그때의 신경망을 봅니다.',
    batch: '배치',
    place: (step, of, epoch) => `${of}개 중 ${step} · ${epoch}번째 에폭`,
    placeBefore: of => `${of}개 중 0 · 첫 배치 전`,
    noBatch: '아직 없음',
    back: '하나 뒤로',
    forward: '하나 앞으로',
    loss: '배치의 손실',
    batches: '배치',
    curveSays: (step, kept) =>
      `배치마다의 손실입니다. 슬라이더는 배치 ${step}에 있습니다. 메모리에 가중치를 둔 배치: ${kept}.`,
    nothingKept: '없음',
    image: '시험 이미지',
    imageSays: (number, label) => `시험 이미지 ${number}번, 정답 ${label}`,
    probabilities: '이 이미지를 읽은 결과',
    answer: (label, share, loss) => `정답 ${label}의 확률은 ${share}, 손실은 ${loss}입니다.`,
    nothing: '먼저 위에서 학습합니다. 학습하는 동안에도 지나온 배치를 여기서 되짚을 수 있습니다.',
    press: '슬라이더를 끌거나 단추를 누릅니다.',
    seen: (step, accuracy, loss) =>
      `배치 ${step} 뒤: 시험 이미지의 ${accuracy}를 맞히고 손실은 ${loss}입니다.`,
    seenBefore: (accuracy, loss) => `첫 배치 전: 시험 이미지의 ${accuracy}를 맞히고 손실은 ${loss}입니다.`,
    onTheWay: (target, at) => `저장해 둔 때입니다. 배치 ${target}까지 가는 중: 지금 ${at} …`,
    starting: '가는 중 …',
    failed: reason => `가지 못했습니다. ${reason}`,
    weights: '가중치',
    noHash: 'SHA-256은 https나 localhost에서만 브라우저가 계산합니다.',
    goOn: '여기서부터 이어서 학습',
    goOnSays:
      '‘여기서부터 이어서 학습’을 누르면 위의 학습이 이 배치로 돌아갑니다. 학습률을 바꾸지 않으면 똑같은 길을 다시 갑니다.',
    busy: '학습이 끝나면 여기서부터 이어 갈 수 있습니다.',
    how: (kept, megabytes) =>
      `두 번째 신경망이 하는 일이라 위의 신경망은 그대로입니다. 그 배치 앞에 저장해 둔 가중치에서 시작해 배치들을 다시 학습합니다. 같은 이미지를 같은 순서로 학습하면 가중치가 마지막 비트까지 같습니다. 한 학습의 상태를 메모리에 ${kept}개, ${megabytes}\u00a0MB까지 둡니다.`,
    everywhere:
      'simd 빌드(주소에 build=simd)에서는 모든 브라우저와 Node.js가 같은 가중치를 계산합니다. SHA-256을 견주어 보십시오.',
  },
})
