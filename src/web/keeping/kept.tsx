// What the footer says of the page offline.
import { useEffect } from 'preact/hooks'
import { isOneFile } from '../delivery.ts'
import { catalogue } from '../languages.ts'
import { afterFirstInteraction } from './first-interaction.ts'
import { keepOffline, offline } from './offline.ts'

const words = catalogue({
  en: {
    oneFile:
      'This page is one file, with everything inside: it works without a network. From a server it also offers all 60,000 images of MNIST, several threads, programs that run in the page, and can be installed.',
    waiting: 'Once you use the page, it is kept and opens without a network.',
    working: 'The page is being kept for use without a network …',
    kept: 'This page is kept: it opens without a network.',
    insecure: 'The page is not kept for use without a network: that needs https, or localhost.',
    unavailable: 'The page is not kept for use without a network: this browser does not offer it here.',
    failed: (reason: string) => `The page is not kept for use without a network: ${reason}.`,
  },
  ko: {
    oneFile:
      '이 페이지는 모든 것이 들어 있는 파일 하나이며 네트워크 없이 동작합니다. 서버에서 열면 MNIST 전체 60,000장, 여러 스레드, 페이지 안의 프로그램 실행, 앱 설치도 쓸 수 있습니다.',
    waiting: '페이지를 사용하기 시작하면 저장되어 네트워크 없이도 열립니다.',
    working: '네트워크 없이 쓸 수 있도록 페이지를 저장하는 중입니다 …',
    kept: '페이지가 저장되었습니다. 네트워크 없이도 열립니다.',
    insecure: '네트워크 없이 쓰도록 저장하지 못했습니다. https나 localhost가 필요합니다.',
    unavailable:
      '네트워크 없이 쓰도록 저장하지 못했습니다. 이 브라우저는 여기서 저장 기능을 제공하지 않습니다.',
    failed: reason => `네트워크 없이 쓰도록 저장하지 못했습니다. (${reason})`,
  },
})

export function Kept() {
  return isOneFile ? (
    <p id="offline" data-state="one-file">
      {words.value.oneFile}
    </p>
  ) : (
    <KeptPage />
  )
}

function KeptPage() {
  useEffect(() => afterFirstInteraction(keepOffline), [])
  const state = offline.value
  const text = state.is === 'failed' ? words.value.failed(state.reason) : words.value[state.is]
  return (
    <p id="offline" data-state={state.is}>
      {text}
    </p>
  )
}
