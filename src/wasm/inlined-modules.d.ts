// `wasm:NAME` is a build of the kernels, gzipped, in base64: see inlineWasm in rollup.plugins.js.
declare module 'wasm:*' {
  const gzippedBase64: string
  export default gzippedBase64
}

// `script:NAME` is a classic script, a worker or a part of the engine in one: see inlineScripts there.
declare module 'script:*' {
  const script: string
  export default script
}
