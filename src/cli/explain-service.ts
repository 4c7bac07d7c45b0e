import { type ClusterService } from '../cluster/model.ts';

/** What a Service's line under `-v` says: where its endpoints come from, or why it has none or no rules. */
export function explainService(known: ClusterService): string {
  const { namespace, name } = known.service.metadata;
  return `Service ${namespace}/${name}: ${whatItGets(known)}`;
}

function whatItGets({ service: { spec }, origin }: ClusterService): string {
  if (spec.type === 'ExternalName') {
    return 'no rules, as ExternalName is an alias in DNS, which kube-proxy leaves alone';
  }
  if (spec.clusterIP === 'None') {
    return 'no rules, as it is headless: clients look its pods up in DNS and connect to them directly';
  }
  if (origin !== 'nowhere') return `endpoints from ${origin}`;
  return Object.keys(spec.selector ?? {}).length === 0
    ? 'no endpoints, as it has no selector and the input no EndpointSlice or Endpoints of it'
    : 'no endpoints, as its selector selects no Pod or workload of the input';
}
