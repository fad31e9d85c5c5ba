// `wasm:NAME` is a build of the kernels, gzipped, in base64: see inlineWasm in rollup.config.js.
declare module 'wasm:*' {
  const gzippedBase64: string
  export default gzippedBase64
}
