// A server component, which trains on the server for each request; the client component trains in the browser.
import * as wasmlp from 'wasmlp'
import * as data from 'wasmlp/data'
import * as kernels from 'wasmlp/kernels'
import { train } from '../train.js'
import Client from './client.jsx'

export const dynamic = 'force-dynamic'

export default async function Page() {
  return (
    <>
      <pre id="server">{JSON.stringify(await train(wasmlp, data, kernels))}</pre>
      <Client />
    </>
  )
}
