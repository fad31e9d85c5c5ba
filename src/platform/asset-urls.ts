// Where workers' scripts and kernels are loaded from, for those who do not want the text in the package's modules: see
// api/configure.ts.

/** Addresses of directories, each with a slash at its end; undefined for what is taken from the package's modules. */
export interface AssetUrls {
  readonly wasmUrl: string | undefined
  readonly workerUrl: string | undefined
}

/** A classic script: its text, or where it is. */
export type ScriptSource = string | { readonly url: string }

let urls: AssetUrls = { wasmUrl: undefined, workerUrl: undefined }

export const assetUrls = (): AssetUrls => urls

export function setAssetUrls(given: AssetUrls): void {
  urls = given
}

/** The script of a name: where it is, if that was said, or else its text. */
export function scriptSource(name: string, text: string): ScriptSource {
  return urls.workerUrl === undefined ? text : { url: `${urls.workerUrl}${name}.js` }
}
