// What the editor of programs says.
import { agree, catalogue, counted } from '../languages.ts'

export const words = catalogue({
  en: {
    run: 'Run',
    stop: 'Stop',
    editor: 'Program',
    hint: 'Change it and press Run, or Ctrl and Enter. Tab indents; Escape, then Tab, leaves the editor.',
    mnist: 'loadMnist() takes MNIST from beside this page. The first time, that is a download of 11.5 MB.',
    digits: 'loadMnist() gives the 6,000 training and 1,000 test images of this page.',
    output: 'Output',
    nothing: 'What it prints appears here.',
    dropped: (lines: string) =>
      `${counted(lines, 'line', 'lines')} before these ${agree(lines, 'is', 'are')} not shown.`,
    starting: 'Starting …',
    running: 'Running …',
    stopped: 'Stopped.',
    finished: (seconds: string) => `Finished after ${seconds} s.`,
    failed: (message: string) => `It ended with an error. ${message}`,
    failedAt: (line: string, message: string) => `It ended with an error in line ${line}. ${message}`,
    unavailable: (reason: string) => `Programs cannot run here: ${reason}. They can be copied.`,
  },
  ko: {
    run: '실행',
    stop: '중지',
    editor: '프로그램',
    hint: '내용을 고치고 실행 단추나 Ctrl과 Enter를 누릅니다. Tab은 들여쓰기이고, Escape 다음에 Tab을 누르면 편집기를 벗어납니다.',
    mnist: 'loadMnist()는 이 페이지 옆에 있는 MNIST를 읽습니다. 처음 한 번 11.5 MB를 받습니다.',
    digits: 'loadMnist()는 이 페이지에 든 훈련 이미지 6,000장과 시험 이미지 1,000장을 줍니다.',
    output: '출력',
    nothing: '출력한 내용이 여기에 나타납니다.',
    dropped: lines => `앞의 ${lines}줄은 표시하지 않습니다.`,
    starting: '시작하는 중 …',
    running: '실행 중 …',
    stopped: '중지했습니다.',
    finished: seconds => `${seconds}초 만에 끝났습니다.`,
    failed: message => `오류로 끝났습니다. ${message}`,
    failedAt: (line, message) => `${line}번째 줄의 오류로 끝났습니다. ${message}`,
    unavailable: reason => `여기서는 프로그램을 실행할 수 없습니다. (${reason}) 복사해서 쓸 수 있습니다.`,
  },
})
