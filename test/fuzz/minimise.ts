// A smaller input with the same fault: with fewer mutations, then with fewer bytes.
import type { Input, Inputs } from './inputs.ts'
import { joined } from './mutate-bytes.ts'
import type { ParserName } from './parsers.ts'
import { judge } from './verdict.ts'

/** Milliseconds. */
const LONGEST = 1000

/** The input of a number, made smaller as long as a reading of it ends in a fault of that signature. */
export async function minimised(
  inputs: Inputs,
  name: ParserName,
  number: number,
  signature: string,
): Promise<Input> {
  const end = performance.now() + LONGEST
  const isSame = async (input: Input) => (await judge(name, input)).fault?.signature === signature
  let input = inputs.at(number)
  if (!(await isSame(input))) return input // it took too long, or too much memory, or depends on those before
  const skipped = new Set<number>()
  for (let mutation = 0; mutation < input.mutations; ++mutation) {
    const fewer = inputs.at(number, new Set([...skipped, mutation]))
    if (!(await isSame(fewer))) continue
    skipped.add(mutation)
    input = fewer
  }
  for (let size = input.bytes.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < input.bytes.length && performance.now() < end; ) {
      const bytes = joined(input.bytes.subarray(0, at), input.bytes.subarray(at + size))
      const shorter = { ...input, bytes }
      if (await isSame(shorter)) input = shorter
      else at += size
    }
  }
  return input
}
