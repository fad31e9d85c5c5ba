// What `console.log` shows of an object in Node.

/** The name of the method that Node's `util.inspect` calls. */
export const inspectSymbol: unique symbol = Symbol.for('nodejs.util.inspect.custom') as typeof inspectSymbol
