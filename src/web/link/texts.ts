// What is said of the link to what is shown.
import { catalogue } from '../languages.ts'

export const words = catalogue({
  en: {
    title: 'Link to what you see',
    lead: 'It carries the chapter, its settings and its seeds. Drawings and files are not in it.',
    address: 'Link',
    code: 'QR code of the link',
    copied: 'The link is copied.',
    notCopied: 'The browser does not allow it: select the link and copy it.',
    copy: 'Copy again',
    close: 'Close',
    onlyHere: 'This address works on this computer only.',
  },
  ko: {
    title: '지금 화면의 링크',
    lead: '장, 설정, 시드가 들어 있습니다. 그림과 파일은 들어 있지 않습니다.',
    address: '링크',
    code: '링크의 QR 코드',
    copied: '링크를 복사했습니다.',
    notCopied: '브라우저가 복사를 허용하지 않습니다. 링크를 선택해 복사합니다.',
    copy: '다시 복사',
    close: '닫기',
    onlyHere: '이 주소는 이 컴퓨터에서만 열립니다.',
  },
})
