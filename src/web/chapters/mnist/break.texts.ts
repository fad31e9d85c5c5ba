// What the exhibit that breaks the network says.
import { agree, catalogue, counted } from '../../languages.ts'

export const words = catalogue({
  en: {
    title: 'Break it',
    lead: 'Wipe units, pixels or weights, see how much the network still reads, then let training mend it.',
    what: 'What to break',
    kinds: { units: 'Hidden units', pixels: 'Pixels', weights: 'Weights' },
    unitsSay:
      'A square is one of the 512 hidden units, the bluer the stronger its weights to the digits. Press one to wipe it: all of its weights become 0.',
    unitsPicture: (wiped: string) =>
      `The 512 hidden units, of which ${wiped} ${agree(wiped, 'is', 'are')} wiped.`,
    pixelsSay:
      'A square is one of the 784 pixels, the bluer the stronger the weights that read it. Drag over some to blind the network to them: those weights become 0.',
    pixelsPicture: (blind: string) => `The 784 pixels, to ${blind} of which the network is blind.`,
    weightsSay:
      'The 512 hidden units, the bluer the stronger their weights to the digits. A share of all 406,528 weights is wiped, chosen at random: the same seed always chooses the same.',
    unit: 'Unit',
    wipeUnit: 'Wipe this unit',
    share: 'Share',
    wipeUnits: (count: string) => `Wipe ${count} units at random`,
    wipeWeights: (count: string) => `Wipe ${count} weights at random`,
    brush: 'Block',
    brushes: (side: string) => `${side} × ${side}`,
    row: 'Row',
    column: 'Column',
    blind: 'Blind this block',
    mend: 'Mend it',
    epoch: 'Train an epoch',
    batches: (count: string) => `Train ${count} batches`,
    stop: 'Stop',
    undo: 'Undo',
    whole: 'Whole again',
    curve: 'test accuracy',
    deeds: 'breaks (orange) and mends (blue)',
    curveSays: (list: string) => `Test accuracy, from the network as it was found: ${list}.`,
    curveEmpty: 'Test accuracy after each break and mend appears here.',
    byDigit: 'Read right of each digit’s images, in %',
    digit: 'Digit',
    byClass: 'Read right of each class’s images, in %',
    class: 'Class',
    found: 'As found',
    now: 'Now',
    weights: 'Weights',
    noHash: 'The browser computes their SHA-256 only over https, or from localhost.',
    waits: 'The network is being looked at …',
    busy: 'The network is learning. It can be broken when that has ended; nothing here changes what is stored of it.',
    training: (accuracy: string) => `It is training: ${accuracy} of the test images are read right.`,
    trainingBegins: 'It is training …',
    whatNow: {
      found: (accuracy: string) => `Whole, it reads ${accuracy} of the test images.`,
      units: (count: string, before: string, now: string) =>
        `${counted(count, 'hidden unit', 'hidden units')} wiped: from ${before} to ${now} of the test images.`,
      pixels: (count: string, before: string, now: string) =>
        `Blind to ${counted(count, 'pixel', 'pixels')}: from ${before} to ${now} of the test images.`,
      weights: (count: string, before: string, now: string) =>
        `${counted(count, 'weight', 'weights')} wiped: from ${before} to ${now} of the test images.`,
      trained: (count: string, before: string, now: string) =>
        `Trained ${counted(count, 'batch', 'batches')} more: from ${before} to ${now} of the test images.`,
    },
    silent: (count: string) =>
      agree(
        count,
        'The wiped unit stays silent: its gradient is 0, so it never learns again. The others learn to do without it.',
        `The ${count} wiped units stay silent: their gradients are 0, so they never learn again. The others learn to do without them.`,
      ),
    failed: (reason: string) => `That did not work: ${reason}`,
    keeps: (states: string, megabytes: string) =>
      `Undo gives back the very same weights. Up to ${states} states are kept in memory, ${megabytes}\u00a0MB.`,
    stays: 'The stored training is not touched: Go on, above, goes on from the whole network.',
  },
  ko: {
    title: '망가뜨려 보기',
    lead: '뉴런, 픽셀, 가중치를 지우고 신경망이 얼마나 읽어 내는지 본 다음 다시 학습해 고칩니다.',
    what: '망가뜨릴 것',
    kinds: { units: '은닉 뉴런', pixels: '픽셀', weights: '가중치' },
    unitsSay:
      '네모 하나가 은닉 뉴런 512개 중 하나이고, 숫자로 가는 가중치가 클수록 파랗습니다. 누르면 그 뉴런의 가중치가 모두 0이 됩니다.',
    unitsPicture: wiped => `은닉 뉴런 512개 가운데 ${wiped}개가 지워졌습니다.`,
    pixelsSay:
      '네모 하나가 픽셀 784개 중 하나이고, 그 픽셀을 읽는 가중치가 클수록 파랗습니다. 끌어서 가리면 그 가중치가 0이 되어 보지 못합니다.',
    pixelsPicture: blind => `픽셀 784개 가운데 신경망이 보지 못하는 것은 ${blind}개입니다.`,
    weightsSay:
      '은닉 뉴런 512개이고, 숫자로 가는 가중치가 클수록 파랗습니다. 가중치 406,528개 가운데 일부를 무작위로 골라 지웁니다. 시드가 같으면 늘 같은 것을 고릅니다.',
    unit: '뉴런',
    wipeUnit: '이 뉴런 지우기',
    share: '비율',
    wipeUnits: count => `뉴런 ${count}개를 무작위로 지우기`,
    wipeWeights: count => `가중치 ${count}개를 무작위로 지우기`,
    brush: '블록',
    brushes: side => `${side} × ${side}`,
    row: '행',
    column: '열',
    blind: '이 블록 가리기',
    mend: '고치기',
    epoch: '1에폭 학습',
    batches: count => `배치 ${count}개 학습`,
    stop: '멈춤',
    undo: '되돌리기',
    whole: '처음 상태로',
    curve: '시험 정확도',
    deeds: '망가뜨림(주황)과 고침(파랑)',
    curveSays: list => `처음 상태부터의 시험 정확도: ${list}.`,
    curveEmpty: '망가뜨리고 고칠 때마다 시험 정확도가 여기에 그려집니다.',
    byDigit: '숫자별로 맞힌 비율(%)',
    digit: '숫자',
    byClass: '클래스별로 맞힌 비율 (%)',
    class: '클래스',
    found: '처음',
    now: '지금',
    weights: '가중치',
    noHash: 'SHA-256은 https나 localhost에서만 브라우저가 계산합니다.',
    waits: '신경망을 살펴보는 중 …',
    busy: '신경망이 학습하고 있습니다. 학습이 끝나면 망가뜨릴 수 있습니다. 여기서 하는 일은 저장된 학습을 바꾸지 않습니다.',
    training: accuracy => `학습하는 중: 시험 이미지의 ${accuracy}를 맞힙니다.`,
    trainingBegins: '학습하는 중 …',
    whatNow: {
      found: accuracy => `온전할 때 시험 이미지의 ${accuracy}를 맞힙니다.`,
      units: (count, before, now) =>
        `은닉 뉴런 ${count}개를 지웠습니다. 맞히는 시험 이미지가 ${before}에서 ${now}로 바뀌었습니다.`,
      pixels: (count, before, now) =>
        `픽셀 ${count}개를 가렸습니다. 맞히는 시험 이미지가 ${before}에서 ${now}로 바뀌었습니다.`,
      weights: (count, before, now) =>
        `가중치 ${count}개를 지웠습니다. 맞히는 시험 이미지가 ${before}에서 ${now}로 바뀌었습니다.`,
      trained: (count, before, now) =>
        `배치 ${count}개를 더 학습했습니다. 맞히는 시험 이미지가 ${before}에서 ${now}로 바뀌었습니다.`,
    },
    silent: count =>
      `지워진 뉴런 ${count}개는 기울기가 0이라 다시는 배우지 못합니다. 나머지 뉴런이 그 몫까지 배웁니다.`,
    failed: reason => `되지 않았습니다. ${reason}`,
    keeps: (states, megabytes) =>
      `되돌리면 가중치가 마지막 비트까지 똑같이 돌아옵니다. 메모리에 상태를 ${states}개, ${megabytes}\u00a0MB까지 둡니다.`,
    stays: '저장된 학습은 그대로입니다. 위의 ‘이어서 학습’은 온전한 신경망에서 이어집니다.',
  },
})
