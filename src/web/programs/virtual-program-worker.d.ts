/** Made by build/program-worker.ts: the address of the module program-worker.ts, beside the page's others. */
declare module 'virtual:program-worker' {
  export const programWorkerUrl: string
}
