// Without a test runner: what all others are compared with.
import * as wasmlp from 'wasmlp'
import { resume } from './resume.js'

console.log(JSON.stringify(await resume(wasmlp)))
