// What the page says of the visitor's own files.
import { catalogue, counted } from '../../languages.ts'

export const words = catalogue({
  en: {
    title: 'Your own files, such as Fashion-MNIST',
    lead: 'Choose or drop the four files of a data set in MNIST’s format: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, gzipped or not. They are read in this page and never leave it.',
    choose: 'Choose files',
    drop: 'or drop them here.',
    files: 'The four files',
    names: {
      trainImages: 'Images to learn from',
      trainLabels: 'Labels to learn from',
      testImages: 'Test images',
      testLabels: 'Test labels',
    },
    missing: 'not chosen yet',
    file: (kind: string, name: string, count: string) => `${kind}: ${name}, ${count}`,
    noFile: (kind: string, missing: string) => `${kind}: ${missing}`,
    reading: 'Reading the files …',
    ready: (count: string) =>
      `They are read: ${counted(count, 'image', 'images')} to learn from. Press Train.`,
    some: (missing: string) => `Still missing: ${missing}.`,
    busy: 'Files can be chosen when the training has ended.',
    failed: (reason: string) => `These files cannot be used. ${reason}`,
    size: (height: string, width: string) =>
      `The images have ${height} × ${width} pixels. This network reads 28 × 28.`,
    naming: 'Names of the classes',
    digits: '0–9',
    fashion: 'Fashion-MNIST',
    choice: (count: string) => `Your files (${count})`,
  },
  ko: {
    title: '내 파일 쓰기 (예: Fashion-MNIST)',
    lead: 'MNIST 형식의 파일 네 개를 고르거나 끌어다 놓습니다. train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte이며 gzip으로 압축한 파일도 됩니다. 파일은 이 페이지 안에서만 읽고 밖으로 보내지 않습니다.',
    choose: '파일 고르기',
    drop: '또는 여기에 끌어다 놓습니다.',
    files: '파일 네 개',
    names: {
      trainImages: '학습 이미지',
      trainLabels: '학습 이미지의 정답',
      testImages: '시험 이미지',
      testLabels: '시험 이미지의 정답',
    },
    missing: '아직 없음',
    file: (kind, name, count) => `${kind}: ${name}, ${count}개`,
    noFile: (kind, missing) => `${kind}: ${missing}`,
    reading: '파일을 읽는 중 …',
    ready: count => `파일을 읽었습니다. 학습 이미지는 ${count}장입니다. 학습 단추를 누릅니다.`,
    some: missing => `더 필요한 파일: ${missing}.`,
    busy: '학습이 끝나면 파일을 고를 수 있습니다.',
    failed: reason => `이 파일은 쓸 수 없습니다. ${reason}`,
    size: (height, width) => `이미지가 ${height} × ${width} 픽셀입니다. 이 신경망은 28 × 28 픽셀을 읽습니다.`,
    naming: '클래스 이름',
    digits: '0–9',
    fashion: 'Fashion-MNIST',
    choice: count => `내 파일 (${count}장)`,
  },
})
