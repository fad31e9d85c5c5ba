// What the page, the frame and the worker of a program tell each other.
import type { DigitArrays } from '../digits/packing.ts'

/** Where things are; addresses are absolute. */
export interface ProgramPlaces {
  /** The package's files as the page has them; undefined where workers come from blobs. */
  readonly engine: { readonly workerUrl: string } | undefined
  /** The folder of MNIST's files. */
  readonly mnist: string
  /** In the one file: its digits, for a program that asks for MNIST. */
  readonly digits?: { readonly train: DigitArrays; readonly test: DigitArrays }
}

/** Runs a program, in the place of the one before, or ends it. */
export type ToRunner =
  | { readonly run: number; readonly program: string; readonly places: ProgramPlaces }
  | { readonly stop: number }

/** Something that a program printed. */
export interface PrintedLine {
  readonly kind: 'log' | 'error'
  readonly text: string
}

export interface ProgramFault {
  /** Such as "ReferenceError: x is not defined". */
  readonly message: string
  /** From 1; undefined where the browser does not say. */
  readonly line: number | undefined
}

/** What a worker says of its program. */
export type FromProgram =
  | { readonly is: 'printed'; readonly lines: readonly PrintedLine[] }
  | { readonly is: 'finished'; readonly seconds: number }
  | { readonly is: 'failed'; readonly fault: ProgramFault }

/** The same with the number of the run; `ready` once the frame listens. */
export type FromRunner = 'ready' | { readonly run: number; readonly said: FromProgram }
