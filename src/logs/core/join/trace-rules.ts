/**
 * What the lines of a stack trace look like, for the runtimes of Java, Python, Go and Node. Each state names the lines that may follow, tried in order, and the state after
 * them; a line that none names is no part of the trace. Patterns see a line's beginning (`TRACE_HEAD_CHARACTERS`).
 */
export type TraceState =
  | 'log-line'
  | 'frames'
  | 'after-frames'
  | 'python'
  | 'python-end'
  | 'python-between'
  | 'go'
  | 'node-place'
  | 'node-source'
  | 'node-caret';

/** States in which nothing has been seen yet that is certainly a trace: what was held may be lines of their own. */
export const UNCERTAIN: ReadonlySet<TraceState> = new Set(['node-place', 'node-source']);

export interface TraceRule {
  readonly pattern: RegExp;
  readonly next: TraceState | 'end';
}

export const TRACE_HEAD_CHARACTERS = 512;

const JAVA_FRAME = /^[ \t]+(?:at |\.{3} \d+ |- locked |- waiting |Suppressed: )/;
const JAVA_CAUSE = /^(?:Caused by: |Wrapped by: )/;
const EXCEPTION =
  /^(?:Exception in thread "|(?:Uncaught )?(?:[\w$]+[./])*[\w$]{0,100}(?:Exception|Error|Throwable)(?:: |$| \[))/;
const PYTHON_TRACEBACK = /^[ \t+|]*(?:Exception Group )?Traceback \(most recent call last\):/;
const GO_DEATH = /^(?:panic: |fatal error: |SIG[A-Z]+: )/;
const NODE_PLACE = /^(?:file:\/\/|node:|\/|[A-Z]:\\)\S{1,300}:\d+$/;
const BLANK = /^\s*$/;
const INDENTED = /^[ \t]/;
const PYTHON_CHAIN = /^(?:During handling of the above exception|The above exception was the direct cause)/;
const GOROUTINE = /^goroutine \d+ \[/;

/** Lines that begin a trace by themselves. */
export const TRACE_STARTS: readonly TraceRule[] = [
  { pattern: PYTHON_TRACEBACK, next: 'python' },
  { pattern: GO_DEATH, next: 'go' },
  { pattern: GOROUTINE, next: 'go' },
  { pattern: NODE_PLACE, next: 'node-place' },
  { pattern: EXCEPTION, next: 'frames' },
];

export const TRACE_RULES: Readonly<Record<TraceState, readonly TraceRule[]>> = {
  // A line of a logger, which may print an exception after its own text.
  'log-line': [
    { pattern: JAVA_FRAME, next: 'frames' },
    { pattern: JAVA_CAUSE, next: 'frames' },
    { pattern: EXCEPTION, next: 'frames' },
    { pattern: PYTHON_TRACEBACK, next: 'python' },
    { pattern: GO_DEATH, next: 'go' },
    { pattern: GOROUTINE, next: 'go' },
  ],
  // Java and Node; the latter ends with the error's own properties and Node's version.
  frames: [
    { pattern: JAVA_CAUSE, next: 'frames' },
    { pattern: BLANK, next: 'after-frames' },
    { pattern: INDENTED, next: 'frames' },
    { pattern: /^[}\]]+,?$/, next: 'frames' },
  ],
  'after-frames': [{ pattern: /^Node\.js v\d/, next: 'end' }],
  python: [
    { pattern: INDENTED, next: 'python' },
    { pattern: PYTHON_TRACEBACK, next: 'python' },
    { pattern: /^[A-Za-z_][\w.]{0,200}(?:: |:?$)/, next: 'python-end' },
  ],
  'python-end': [
    { pattern: BLANK, next: 'python-end' },
    { pattern: PYTHON_CHAIN, next: 'python-between' },
  ],
  'python-between': [
    { pattern: BLANK, next: 'python-between' },
    { pattern: PYTHON_TRACEBACK, next: 'python' },
  ],
  go: [
    { pattern: BLANK, next: 'go' },
    { pattern: /^(?:\t|\[signal |created by |\.{3}additional frames)/, next: 'go' },
    { pattern: GOROUTINE, next: 'go' },
    { pattern: GO_DEATH, next: 'go' },
    { pattern: /^[^\s(]{1,300}[./][^\s]{0,300}\([^ ]{0,200}(?:, [^ ]{1,200}){0,20}\)$/, next: 'go' },
    { pattern: /^exit status \d+$/, next: 'end' },
  ],
  // Node prints where it died, that line of the source and a mark below it before the error.
  'node-place': [{ pattern: /\S/, next: 'node-source' }],
  'node-source': [{ pattern: /^\s*\^+\s*$/, next: 'node-caret' }],
  'node-caret': [
    { pattern: BLANK, next: 'node-caret' },
    { pattern: EXCEPTION, next: 'frames' },
  ],
};
