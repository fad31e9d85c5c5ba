// What a runtime and this version of wasmlp offer: see `probe` in libraries/wasmlp.js.
export async function run(load) {
  const { probe } = await load()
  return probe()
}
