/** What every operation that reads logs declares. */
export const READ_LOGS = {
  area: 'logs',
  verb: 'list',
  role: 'viewer',
  scope: 'namespaced',
  alsoNeeds: { group: '', resource: 'pods', subresource: 'log', verb: 'get' },
} as const;
export const LOG_QUESTION_ERRORS = ['UNPROCESSABLE'] as const;
export const WHO_SEES_LOGS =
  "A caller that is limited to namespaces sees their lines alone; lines of no namespace (a node's own) are for callers who see everything. A Kubernetes user needs `get` on `pods/log` there too.";
