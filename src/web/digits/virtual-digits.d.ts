/** Made by build/digits.ts: addresses of the packed images. */
declare module 'virtual:digits' {
  export const trainUrl: string
  export const testUrl: string
}
