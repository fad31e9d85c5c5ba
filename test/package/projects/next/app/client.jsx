'use client'
import { useEffect, useState } from 'react'
import * as wasmlp from 'wasmlp'
import * as data from 'wasmlp/data'
import * as kernels from 'wasmlp/kernels'
import { train } from '../train.js'

export default function Client() {
  const [result, setResult] = useState('')
  useEffect(() => {
    train(wasmlp, data, kernels)
      .then(JSON.stringify, error => `${error.stack ?? error}`)
      .then(setResult)
  }, [])
  return <pre id="result">{result}</pre>
}
