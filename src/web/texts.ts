// What the page says outside its chapters.
import { catalogue } from './languages.ts'

export const words = catalogue({
  en: {
    title: 'wasmlp: a neural network that trains in this page',
    name: 'wasmlp',
    lead: 'Drag, draw, break and train a neural network. Everything is computed in this page; nothing leaves it.',
    skip: 'Skip to the chapter',
    chapters: 'Chapters',
    language: 'Language',
    link: 'Link',
    noPanel: (reason: string) => `The link could not be shown. ${reason}`,
    loading: 'Loading …',
    notLoaded: (reason: string) => `This chapter could not be loaded. ${reason}`,
    tryAgain: 'Try again',
    badAddress: (name: string, found: string, expected: string) =>
      `The address has ${name}=${found}. Expected: ${expected}. The usual value is used.`,
    licence: 'wasmlp is free software under the MIT licence.',
    editAndRun: 'Edit and run',
    onlyCopied:
      'In this one file, programs can be copied, but not run: browsers do not allow it in a page from a disk.',
    original: 'The original again',
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'The browser does not allow it: select the text and copy it.',
    program: 'The program that does the same',
    numbers: 'In numbers',
    row: 'Row',
    outOf: (min: string, max: string) => `Expected: a number from ${min} to ${max}.`,
  },
  ko: {
    title: 'wasmlp: 이 페이지에서 학습하는 신경망',
    name: 'wasmlp',
    lead: '신경망을 끌고, 그리고, 망가뜨리고, 학습시킵니다. 모든 계산은 이 페이지 안에서 하며 밖으로 나가는 데이터는 없습니다.',
    skip: '본문으로 건너뛰기',
    chapters: '장',
    language: '언어',
    link: '링크',
    noPanel: reason => `링크를 보여 주지 못했습니다. ${reason}`,
    loading: '불러오는 중 …',
    notLoaded: reason => `이 장을 불러오지 못했습니다. ${reason}`,
    tryAgain: '다시 시도',
    badAddress: (name, found, expected) =>
      `주소에 ${name}=${found} 값이 있습니다. 가능한 값: ${expected}. 기본값을 사용합니다.`,
    licence: 'wasmlp는 MIT 라이선스를 따르는 자유 소프트웨어입니다.',
    editAndRun: '고쳐서 실행',
    onlyCopied:
      '이 파일 하나짜리 페이지에서는 프로그램을 복사만 할 수 있습니다. 디스크에서 연 페이지에서는 브라우저가 실행을 허용하지 않습니다.',
    original: '처음 내용으로',
    copy: '복사',
    copied: '복사했습니다',
    notCopied: '브라우저가 복사를 허용하지 않습니다. 글을 선택해 복사합니다.',
    program: '같은 일을 하는 프로그램',
    numbers: '숫자로 보기',
    row: '행',
    outOf: (min, max) => `${min}부터 ${max}까지의 수를 넣습니다.`,
  },
})
