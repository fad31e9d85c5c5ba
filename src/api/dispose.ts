/// <reference lib="esnext.disposable" preserve="true" />
// `using model = await sequential(…)`.

/** `Symbol.dispose`, or a stand-in where the runtime has none yet: there `using` does not exist either. */
export const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')
