// The code of the one file, which is the page's and, in a worker, that of a program which the visitor runs.
if ('document' in globalThis) import('./main.tsx')
else import('./programs/program-worker.ts')
