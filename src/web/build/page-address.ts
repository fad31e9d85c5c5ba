// What `npm run page` says beside the page's address: what is lost at one that other devices reach.
import type { Plugin } from 'vite'

export const pageAddress = (): Plugin => ({
  name: 'page-address',
  configurePreviewServer(server) {
    const print = server.printUrls.bind(server)
    server.printUrls = () => {
      print()
      const isShared = (server.resolvedUrls?.network.length ?? 0) > 0
      server.config.logger.info(
        isShared
          ? '  Other devices of this network can open the page, such as a phone. Over plain http a browser does not keep it\n' +
              '  for use without a network, installs nothing, runs one thread and computes no SHA-256. All else works.\n'
          : '  Only this computer can open it. For a phone in the same network: npm run page -- --host\n',
      )
    }
  },
})
