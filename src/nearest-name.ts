// The intended name, for errors about unknown names. Every page loads this, so it is short.

/** Small letters and digits. */
const plain = (name: string) => name.toLowerCase().replace(/[^a-z\d]/g, '')

/** Other words of Keras, TensorFlow.js, PyTorch and scikit-learn, and words that they add. */
const translated = (name: string) =>
  name
    .replace(/^linear|^none/, 'identity')
    .replace(/^swish/, 'silu')
    .replace(/^logistic$/, 'sigmoid')
    .replace('glorot', 'xavier')
    .replace('kaiming', 'he')
    .replace(/^l1loss/, 'meanabsoluteerror')
    .replace('smoothl1', 'huber')
    .replace('multimargin', 'hinge')
    .replace(/nll|logloss/, 'crossentropy')
    .replace(/sigmoidc|bce/, 'binaryc')
    .replace('randomstate', 'seed')
    .replace(/(?<=.)(loss|lr|uniform|random|withlogits)/g, '')

/** ` (did you mean learningRate?)` for lr, among the known names; empty where none is near. */
export function hintAt(name: unknown, names: readonly string[]): string {
  const given = plain(String(name))
  let nearest = 0.4
  let hint = ''
  for (const known of names) {
    const initials = plain(known.replace(/(?!^)[a-z]/g, ''))
    for (const text of [given, translated(given)]) {
      const distance = text[1] && text === initials ? 0 : distanceOf(text, plain(known))
      if (distance >= nearest) continue
      nearest = distance
      hint = ` (did you mean ${known}?)`
    }
  }
  return hint
}

/** 0 for equal names, up to 1: the share between the common beginning and end, less where one contains the other. */
function distanceOf(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  let begin = 0
  let end = 0
  while (begin < short.length && a[begin] === b[begin]) begin += 1
  while (end < short.length - begin && a.at(-1 - end) === b.at(-1 - end)) end += 1
  const share = 1 - (begin + end) / long.length
  return short[2] && long.includes(short) ? share * 0.4 : share
}
