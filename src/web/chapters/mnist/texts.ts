// What the MNIST chapter says.
import { catalogue } from '../../languages.ts'

export const words = catalogue({
  en: {
    heading: 'MNIST',
    lead: 'A network of 407,050 weights learns to read handwritten digits, in this page.',
    training: {
      title: 'Train it',
      lead: 'Press Train: 784 → 512 ReLU → 10 softmax, gradient descent with a learning rate of 0.5 and batches of 100.',
      train: 'Train',
      goOn: 'Go on',
      pause: 'Pause',
      resume: 'Resume',
      tryAgain: 'Try again',
      startOver: 'Start over',
      toEpoch: 'to epoch',
      progress: 'Progress of the epoch',
      ready: 'Ready. MNIST is fetched first, once: 11.5 MB.',
      stored: (epochs: string, isOne: boolean, batches: string | undefined) =>
        `Stored: ${epochs} ${isOne ? 'epoch' : 'epochs'}${batches ? `, and ${batches} batches of the next` : ''}. It goes on from there.`,
      starting: 'Loading the network …',
      loading: 'Loading MNIST …',
      fetching: (megabytes: string) => `Fetching MNIST, once: ${megabytes} MB …`,
      resumed: (epoch: string, batch: string) => `Going on from epoch ${epoch}, batch ${batch} …`,
      batch: (epoch: string, batch: string, of: string, loss: string) =>
        `Epoch ${epoch}, batch ${batch} of ${of}, loss ${loss}`,
      paused: (text: string) => `Paused. ${text}`,
      trained: (epochs: string, accuracy: string) =>
        `Trained to epoch ${epochs}: ${accuracy} of the test images are read right.`,
      failed: (reason: string) => `It stopped: ${reason}`,
      epochs: 'Epochs so far',
      epoch: 'Epoch',
      loss: 'Loss',
      accuracy: 'Accuracy',
      testAccuracy: 'Test accuracy',
      seconds: 'Seconds',
      computes: 'Computes',
      build: (build: string, threads: string, isOne: boolean) =>
        `WebAssembly, build ${build}, ${threads} ${isOne ? 'thread' : 'threads'}`,
      keeps: 'Keeps',
      keepsNothing: 'Nothing before the training starts',
      keepsIn: (batches: string) =>
        `A checkpoint every ${batches} batches and after each epoch, in this browser`,
      keepsUnavailable:
        'Nothing can be kept here: the training is gone when the page is closed. It trains all the same.',
      keepsOtherTab:
        'Another tab keeps its training. This one trains on its own, and is gone when the page is closed.',
      weights: 'Weights',
      weightsOf: 'SHA-256 of all 407,050',
    },
  },
  ko: {
    heading: 'MNIST',
    lead: '가중치 407,050개의 신경망이 이 페이지에서 손글씨 숫자 읽는 법을 배웁니다.',
    training: {
      title: '학습하기',
      lead: '학습 단추를 누릅니다. 784 → 512 ReLU → 10 softmax, 학습률 0.5와 배치 크기 100의 경사하강법입니다.',
      train: '학습',
      goOn: '이어서 학습',
      pause: '일시정지',
      resume: '계속',
      tryAgain: '다시 시도',
      startOver: '처음부터',
      toEpoch: '목표 에포크',
      progress: '에포크 진행',
      ready: '준비되었습니다. 처음에 한 번 MNIST 11.5 MB를 받습니다.',
      stored: (epochs, _, batches) =>
        `저장된 학습: ${epochs}에포크${batches ? `와 다음 에포크의 배치 ${batches}개` : ''}. 그다음부터 이어집니다.`,
      starting: '신경망을 불러오는 중 …',
      loading: 'MNIST를 불러오는 중 …',
      fetching: megabytes => `MNIST를 처음 한 번 받는 중: ${megabytes} MB …`,
      resumed: (epoch, batch) => `${epoch}번째 에포크, ${batch}번째 배치부터 이어갑니다 …`,
      batch: (epoch, batch, of, loss) => `${epoch}번째 에포크, 배치 ${batch}/${of}, 손실 ${loss}`,
      paused: text => `일시정지. ${text}`,
      trained: (epochs, accuracy) =>
        `${epochs}에포크까지 학습했습니다. 테스트 이미지의 ${accuracy}를 맞힙니다.`,
      failed: reason => `멈췄습니다. ${reason}`,
      epochs: '지금까지의 에포크',
      epoch: '에포크',
      loss: '손실',
      accuracy: '정확도',
      testAccuracy: '테스트 정확도',
      seconds: '초',
      computes: '계산',
      build: (build, threads) => `WebAssembly, ${build} 빌드, 스레드 ${threads}개`,
      keeps: '저장',
      keepsNothing: '학습을 시작하기 전에는 아무것도 저장하지 않습니다',
      keepsIn: batches => `배치 ${batches}개마다, 그리고 에포크가 끝날 때마다 이 브라우저에 저장합니다`,
      keepsUnavailable:
        '여기서는 저장할 수 없어 페이지를 닫으면 학습 결과가 사라집니다. 학습은 그대로 됩니다.',
      keepsOtherTab: '다른 탭이 학습을 저장하고 있습니다. 이 탭은 따로 학습하며 페이지를 닫으면 사라집니다.',
      weights: '가중치',
      weightsOf: '407,050개 전체의 SHA-256',
    },
  },
})
