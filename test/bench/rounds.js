// Rounds: in each, every library runs once, so that what else the machine does meets all of them alike.
import { measure } from './processes.js'

/**
 * Runs `task` of all libraries, `context.rounds` times in turn; resolves to [library, results] pairs. A peer that
 * fails is left out and named in `context.left`; where wasmlp fails, this throws.
 */
export function runRounds(context, libraries, task, parameters) {
  const results = new Map(libraries.map(library => [library, []]))
  for (let round = 0; round < context.rounds; ++round) {
    for (const library of results.keys()) {
      context.progress(`${task}, round ${round + 1} of ${context.rounds}: ${library.name}`)
      try {
        results.get(library).push(measure(context.node, library, task, parameters))
      } catch (error) {
        if (library.module === 'wasmlp') throw error
        context.left.push(error.message)
        results.delete(library)
      }
    }
  }
  return [...results]
}

/** The libraries with these ids, or of these modules, that are here, in this order. */
export const choose = ({ libraries }, ids) =>
  ids.flatMap(id =>
    libraries.filter(library => library.id === id || (library.module === id && !library.isSpecial)),
  )
