// A fresh process for one library and one task: reads { library, options, task, parameters } as JSON from standard
// input, and prints one line of JSON. Started by processes.js.
import { readFileSync } from 'node:fs'

const { library, options, task, parameters } = JSON.parse(readFileSync(0, 'utf8'))
const { run } = await import(`./tasks/${task}.js`)
// What a library prints while it loads must not stand in the way of the result.
const write = console.log
console.log = console.warn = console.info = () => {}
const result = await run(() => import(`./libraries/${library}.js`), options ?? {}, parameters)
write(JSON.stringify(result))
process.exit()
