/** Stops what `real-setup` started. */
export default async function teardown(): Promise<void> {}
