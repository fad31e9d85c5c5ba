// What the confusion matrix says.
import { agree, catalogue, counted } from '../../languages.ts'

export const words = catalogue({
  en: {
    title: 'What it confuses',
    lead: 'Read a row to see what the test images of one class are taken for. Press an image to send it through the network above.',
    waiting: 'The test images are being read …',
    matrix: 'Test images by label (row) and by what the network reads (column)',
    row: (label: string) => `Is ${label}`,
    column: (label: string) => `Read as ${label}`,
    right: 'read right',
    wrong: 'read wrong',
    worst: 'Most confused',
    worstLead: 'Misread images to which the network gives the least probability of being what they are.',
    misread: (label: string, predicted: string) => `${label} read as ${predicted}`,
    show: (number: string, label: string, predicted: string, probability: string) =>
      `Test image ${number}: label ${label}, read as ${predicted} with ${probability}. Send it through the network.`,
    says: (right: string, of: string, share: string) =>
      `${right} of ${of} test images ${agree(right, 'is', 'are')} read right: ${share}.`,
    pairs: (pairs: string) => `Most often ${pairs}.`,
    pair: (label: string, predicted: string, count: string) =>
      `${label} is read as ${predicted} (${counted(count, 'time', 'times')})`,
    none: 'No image is misread.',
    after: 'It is computed again after each epoch, and whenever the network changes otherwise.',
  },
  ko: {
    title: '무엇을 혼동하는가',
    lead: '한 행은 정답이 같은 시험 이미지를 무엇으로 읽었는지 보여 줍니다. 이미지를 누르면 위의 신경망을 지나가게 합니다.',
    waiting: '시험 이미지를 읽는 중 …',
    matrix: '시험 이미지 수: 행은 정답, 열은 신경망이 읽은 값',
    row: label => `정답 ${label}`,
    column: label => `읽은 값 ${label}`,
    right: '맞힌 이미지',
    wrong: '틀린 이미지',
    worst: '가장 크게 틀린 이미지',
    worstLead: '잘못 읽은 이미지 가운데 정답의 확률이 가장 낮은 것들입니다.',
    misread: (label, predicted) => `${label} → ${predicted}`,
    show: (number, label, predicted, probability) =>
      `시험 이미지 ${number}번: 정답 ${label}, 읽은 값 ${predicted}, 확률 ${probability}. 신경망에 보냅니다.`,
    says: (right, of, share) => `시험 이미지 ${of}장 중 ${right}장을 맞힙니다(${share}).`,
    pairs: pairs => `가장 잦은 혼동은 ${pairs}입니다.`,
    pair: (label, predicted, count) => `${label} → ${predicted}(${count}번)`,
    none: '잘못 읽은 이미지가 없습니다.',
    after: '에폭이 끝날 때마다, 그리고 신경망이 달리 바뀔 때마다 다시 계산합니다.',
  },
})
