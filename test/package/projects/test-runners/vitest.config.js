// Vitest would look for the repository's own above this.
export default { test: { globals: true } }
