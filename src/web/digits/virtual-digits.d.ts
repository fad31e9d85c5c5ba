/** Made by build/digits.ts: where the packed images are. */
declare module 'virtual:digits' {
  export interface DigitPlace {
    /** An address, or in the one file the id of an element that has them in base64. */
    readonly at: string
    readonly bytes: number
  }
  export const trainPlace: DigitPlace
  export const testPlace: DigitPlace
}
