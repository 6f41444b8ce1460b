/** What a transaction that makes or drops chunks, segments or lost spans does besides, so that readers see it (`log-catalogue.ts`). */
export const CATALOGUE_CHANGED = 'UPDATE store SET version = version + 1';
