/** What every operation that reads metrics declares. */
export const READ_METRICS = { area: 'metrics', verb: 'list', role: 'viewer', scope: 'namespaced' } as const;
export const QUESTION_ERRORS = ['NOT_FOUND', 'UNPROCESSABLE'] as const;
export const WHO_SEES =
  'A caller that is limited to namespaces sees what is in them: `ns`, `pod` and `pod_container`. A name that nobody knows is 404.';
