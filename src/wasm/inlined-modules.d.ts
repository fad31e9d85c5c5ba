// `wasm:NAME` is a build of the kernels, gzipped, in base64: see inlineWasm in rollup.plugins.js.
declare module 'wasm:*' {
  const gzippedBase64: string
  export default gzippedBase64
}

// `worker:NAME` is the code of src/wasm/NAME.ts, or src/NAME.ts where it has a folder, a classic script: see inlineWorker in rollup.plugins.js.
declare module 'worker:*' {
  const script: string
  export default script
}

// `script:NAME` is a part of the engine in a worker (src/engine/worker.ts), a classic script: see inlineScripts there.
declare module 'script:*' {
  const script: string
  export default script
}
