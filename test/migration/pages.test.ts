// The pages for those who come from another library: our side of each pair (```js). Theirs is ```javascript, and not run.
import { testPages } from '../support/pages.ts'

testPages('test/migration', ['from-tensorflow-js', 'from-brain-js'])
