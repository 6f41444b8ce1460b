import type { Cause } from './finding.js';

/** `exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2` (plugin/pkg/admission/resourcequota/controller.go, v1.34). */
const QUOTA = /exceeded quota: ([^,]+), requested: (.+?), used: (.+?), limited: (.+?)(?=$|\n|; )/;
/** The same file: a quota on a resource makes every pod say how much it takes. */
const QUOTA_UNSAID = /failed quota: ([^:]+): must specify (.+?)(?=$|\n)/;
const POD_SECURITY = /violates PodSecurity "([^"]+)": (.+)/s;
/** apiserver/pkg/admission/plugin/webhook/errors/statuserror.go. */
const WEBHOOK_DENIED = /admission webhook "([^"]+)" denied the request(?:: (.+)|.*)/s;
const WEBHOOK_FAILED = /failed calling webhook "([^"]+)": (.+)/s;
const POLICY = /ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)' denied request: (.+)/s;
const LIMIT_RANGE = /((?:maximum|minimum) .+ usage per (?:Container|Pod) is .+)/;
const ACCOUNT = /error looking up service account ([^/]+)\/([^:]+): /;
/** apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
const FORBIDDEN = /User "([^"]+)" cannot (\S+) resource "([^"]+)" in API group "([^"]*)"/;
const LACKING = /Quartermaster lacks rights; add (.+)/s;

type Rule = readonly [RegExp, (found: readonly string[]) => Omit<Cause, 'because'> & { because: string }];

const RULES: readonly Rule[] = [
  [
    QUOTA,
    ([, quota, asked, used, hard]) => ({
      cause: 'quota',
      because: `The ResourceQuota ${quota} would be exceeded: asked ${asked}, used ${used}, hard ${hard}.`,
      whatToDo: `Raise the ResourceQuota ${quota}, free what others use of it, or ask for less in the parameters.`,
    }),
  ],
  [
    QUOTA_UNSAID,
    ([, quota, what]) => ({
      cause: 'quota',
      because: `The ResourceQuota ${quota} counts what the pod does not state: ${what}.`,
      whatToDo: 'State these requests and limits in the parameters, or give the namespace a LimitRange with defaults.',
    }),
  ],
  [
    POD_SECURITY,
    ([, level, why]) => ({
      cause: 'admission',
      because: `Pod Security of the namespace (${level}) forbids it: ${why}.`,
      whatToDo:
        'Change the named fields, or have an admin give the namespace another label pod-security.kubernetes.io/enforce.',
    }),
  ],
  [
    WEBHOOK_DENIED,
    ([, webhook, why = 'it gives no reason']) => ({
      cause: 'admission',
      because: `The admission webhook ${webhook} denies it: ${why}.`,
      whatToDo: 'Change what it objects to, or ask whoever runs the webhook.',
    }),
  ],
  [
    WEBHOOK_FAILED,
    ([, webhook, why]) => ({
      cause: 'admission',
      because: `The admission webhook ${webhook} does not answer: ${why}.`,
      whatToDo: 'Get the webhook to run again; its configuration (failurePolicy: Fail) refuses everything meanwhile.',
    }),
  ],
  [
    POLICY,
    ([, policy, binding, why]) => ({
      cause: 'admission',
      because: `The ValidatingAdmissionPolicy ${policy} (binding ${binding}) denies it: ${why}.`,
      whatToDo: 'Change what the policy objects to, or ask whoever made it.',
    }),
  ],
  [
    LIMIT_RANGE,
    ([, why]) => ({
      cause: 'quota',
      because: `A LimitRange of the namespace forbids it: ${why}.`,
      whatToDo: 'Ask for an amount within the LimitRange, or have it changed.',
    }),
  ],
  [
    ACCOUNT,
    ([, namespace, account]) => ({
      cause: 'configuration',
      because: `Its ServiceAccount ${namespace}/${account} is not there.`,
      whatToDo: `Make the ServiceAccount ${account}, or name one that is there.`,
    }),
  ],
  [
    LACKING,
    ([, rules]) => ({
      cause: 'rights',
      because: `Quartermaster lacks rights: ${rules}.`,
      whatToDo: 'Apply the rules of GET /stacks/{stack}/rbac.',
    }),
  ],
  [
    FORBIDDEN,
    ([, user, verb, resource, group]) => ({
      cause: 'rights',
      because: `${user} may not ${verb} ${resource}${group ? `.${group}` : ''}.`,
      whatToDo: `Grant ${user} the verb ${verb} on ${resource} by a Role or ClusterRole and its binding.`,
    }),
  ],
];

/** The cause that a refusal of the API server names, or undefined where none of the known ones is in it. */
export function refusalCause(message: string): Cause | undefined {
  for (const [pattern, tell] of RULES) {
    const found = pattern.exec(message);
    if (found) {
      const { because, ...rest } = tell(found.map((part) => part?.trim()));
      return { ...rest, because: [because.replace(/\.\.$/, '.')] };
    }
  }
  return undefined;
}
