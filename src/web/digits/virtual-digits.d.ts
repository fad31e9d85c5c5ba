/** Made by build/digits.ts: where the packed images are: addresses, or in the one file ids of elements that have them in base64. */
declare module 'virtual:digits' {
  export const trainPlace: string
  export const testPlace: string
}
