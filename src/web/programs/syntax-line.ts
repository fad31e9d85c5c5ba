// The line of a syntax error, which Chromium tells a document alone, and no worker.

/** Milliseconds in which a module is parsed. */
const PATIENCE = 2000

/** The line that cannot be parsed, or undefined. The program does not run. */
export function lineOfSyntaxError(program: string): Promise<number | undefined> {
  // It is parsed first; then this import is not found, and it is not run.
  const code = `import 'nothing that there is'; ${program}`
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  const script = document.createElement('script')
  script.type = 'module'
  script.src = url
  return new Promise(resolve => {
    const end = (line: number | undefined) => {
      clearTimeout(timer)
      removeEventListener('error', onError)
      script.remove()
      URL.revokeObjectURL(url)
      resolve(line)
    }
    const onError = (event: ErrorEvent) => {
      event.preventDefault()
      end(event.filename === url && event.message.includes('SyntaxError') ? event.lineno : undefined)
    }
    const timer = setTimeout(() => end(undefined), PATIENCE)
    addEventListener('error', onError)
    document.body.append(script)
  })
}
