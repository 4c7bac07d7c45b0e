import { isOn } from '../dialect/dialect.ts';
import { type Dialect } from '../dialect/history.ts';
import { type Service } from '../manifest/types.ts';
import { type ProxySettings } from './settings.ts';

const ALPHA = 'service.alpha.kubernetes.io/external-traffic';
const BETA = 'service.beta.kubernetes.io/external-traffic';

/** Whether external traffic of the Service stays on the node that it came to. */
export function isExternalPolicyLocal(service: Service, settings: ProxySettings, dialect: Dialect): boolean {
  return (
    isOn(dialect.externalPolicy, settings.gates) &&
    applies(service, dialect) &&
    asksForLocal(service, dialect)
  );
}

function applies({ spec }: Service, dialect: Dialect): boolean {
  const { type, externalIPs } = spec;
  if (type === 'NodePort' || type === 'LoadBalancer') return true;
  switch (dialect.externalPolicyApplies) {
    case 'all':
      return true;
    case 'node-port-and-load-balancer':
      return false;
    case 'externally-accessible':
      return externalIPs.length > 0;
  }
}

/** (NeedsHealthCheck, pkg/api/service/annotations.go up to 1.6; RequestsOnlyLocalTraffic, pkg/api/service/util.go) */
function asksForLocal(service: Service, dialect: Dialect): boolean {
  const field = service.spec.externalTrafficPolicy === 'Local';
  switch (dialect.externalPolicyFrom) {
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

/** Other values are as good as none. */
const isPolicy = (value: string | undefined): boolean => value === 'OnlyLocal' || value === 'Global';
