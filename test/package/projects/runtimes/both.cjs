// Whoever imports the package and whoever requires it in one process hold the same classes.
const required = require('wasmlp')

import('wasmlp').then(imported => {
  const names = Object.keys(required)
  console.log(
    JSON.stringify({ names: names.length, same: names.every(name => imported[name] === required[name]) }),
  )
})
