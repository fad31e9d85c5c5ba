// What the page says of a run that an address promises.
import { catalogue } from '../../languages.ts'

export const words = catalogue({
  en: {
    linked:
      'The page’s address now repeats this run: its settings, and the beginning of the weights’ SHA-256.',
    asked: (epoch: string, weights: string) =>
      `By the address, the weights’ SHA-256 after epoch ${epoch} begins with ${weights}. Train that far, and this line says whether it does here.`,
    passed: (epoch: string, weights: string) =>
      `By the address, the weights’ SHA-256 after epoch ${epoch} begins with ${weights}. The training kept here is already that far: start over to repeat it.`,
    lacks: (build: string) =>
      `The address’s run was computed by the build ${build}. Another one computes here, so the weights will differ.`,
    same: (epoch: string) =>
      `Trained again from the address: after epoch ${epoch} the weights are the same, bit for bit.`,
    'kept-same': (epoch: string) =>
      `The training kept here is the address’s: after epoch ${epoch} the weights are the same, bit for bit.`,
    'kept-other': (epoch: string, weights: string) =>
      `By the address, the weights’ SHA-256 after epoch ${epoch} begins with ${weights}. The training kept here has other weights after that epoch: start over to repeat it.`,
    other: (epoch: string) => `Trained again from the address: after epoch ${epoch} the weights are others.`,
    relaxed:
      'The build relaxed may round differently on another processor. With build=simd in the address, all give the same bits.',
  },
  ko: {
    linked:
      '이제 페이지 주소로 이 학습을 되풀이할 수 있습니다. 설정과 가중치 SHA-256의 앞부분이 들어 있습니다.',
    asked: (epoch, weights) =>
      `주소에 따르면 ${epoch}에폭 뒤 가중치의 SHA-256은 ${weights}로 시작합니다. 거기까지 학습하면 여기서도 같은지 이 줄에 나옵니다.`,
    passed: (epoch, weights) =>
      `주소에 따르면 ${epoch}에폭 뒤 가중치의 SHA-256은 ${weights}로 시작합니다. 여기에 저장된 학습은 이미 그만큼 나아갔습니다. 되풀이하려면 처음부터 시작합니다.`,
    lacks: build =>
      `주소의 학습은 ${build} 빌드로 계산했습니다. 여기서는 다른 빌드로 계산하므로 가중치가 달라집니다.`,
    same: epoch => `주소대로 다시 학습했습니다. ${epoch}에폭 뒤의 가중치가 비트까지 같습니다.`,
    'kept-same': epoch =>
      `여기에 저장된 학습이 주소의 학습과 같습니다. ${epoch}에폭 뒤의 가중치가 비트까지 같습니다.`,
    'kept-other': (epoch, weights) =>
      `주소에 따르면 ${epoch}에폭 뒤 가중치의 SHA-256은 ${weights}로 시작합니다. 여기에 저장된 학습은 그 에폭 뒤의 가중치가 다릅니다. 되풀이하려면 처음부터 시작합니다.`,
    other: epoch => `주소대로 다시 학습했습니다. ${epoch}에폭 뒤의 가중치가 다릅니다.`,
    relaxed:
      'relaxed 빌드는 프로세서에 따라 반올림이 다를 수 있습니다. 주소에 build=simd를 넣으면 어디서나 비트까지 같습니다.',
  },
})
