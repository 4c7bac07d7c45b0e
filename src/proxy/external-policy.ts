import { type Features } from '../dialect/features.ts';
import { type Service } from '../manifest/types.ts';

const ALPHA = 'service.alpha.kubernetes.io/external-traffic';
const BETA = 'service.beta.kubernetes.io/external-traffic';

/** Whether external traffic of the Service stays on the node that it came to. */
export function isExternalPolicyLocal(service: Service, features: Features): boolean {
  return features.externalPolicy && applies(service, features) && asksForLocal(service, features);
}

function applies({ spec }: Service, features: Features): boolean {
  const { type, externalIPs } = spec;
  if (type === 'NodePort' || type === 'LoadBalancer') return true;
  switch (features.externalPolicyApplies) {
    case 'all':
      return true;
    case 'node-port-and-load-balancer':
      return false;
    case 'externally-accessible':
      return externalIPs.length > 0;
  }
}

/**
 * (NeedsHealthCheck, pkg/api/service/annotations.go up to 1.6; RequestsOnlyLocalTraffic,
 * pkg/api/service/util.go)
 */
function asksForLocal(service: Service, features: Features): boolean {
  const field = service.spec.externalTrafficPolicy === 'Local';
  switch (features.externalPolicyFrom) {
    case 'alpha-annotation':
      return annotation(service, ALPHA) === 'OnlyLocal';
    case 'annotations':
      return [ALPHA, BETA].map((name) => annotation(service, name)).find(isPolicy) === 'OnlyLocal';
    case 'beta-annotation-or-field': {
      const asked = annotation(service, BETA);
      return asked === undefined ? field : asked === 'OnlyLocal';
    }
    case 'field':
      return field;
  }
}

const annotation = ({ metadata }: Service, name: string): string | undefined =>
  Object.hasOwn(metadata.annotations, name) ? metadata.annotations[name] : undefined;

/** True for the two values of the annotation that have an effect. */
const isPolicy = (value: string | undefined): boolean => value === 'OnlyLocal' || value === 'Global';
