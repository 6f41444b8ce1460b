/** How much a finding matters: service is lost now or soon; a lost node takes service with it; it is good to know. */
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** Something about a control plane that somebody should know. */
export interface Finding {
  readonly code: string;
  readonly severity: (typeof SEVERITIES)[number];
  readonly what: string;
  readonly why: string;
  /** In words or commands. */
  readonly fix: string;
  /** What it means for the loss of a node: service goes with it, or nobody knows. Absent: nothing. */
  readonly nodeLoss?: 'no' | 'unknown';
}

/** Whether the cluster loses any one node without loss of service. */
export interface Verdict {
  readonly losesANode: 'yes' | 'no' | 'unknown';
  readonly because: readonly string[];
}

/** Findings in the order of their weight, and what they come to. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}
