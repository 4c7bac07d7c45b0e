/** What mode nftables does with cluster IPs and names that mode iptables does not. */
import { type Service } from '../../manifest/types.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';
import { textsOf } from './environment.ts';
import { containersOf } from './probes.ts';

/** Longer texts are scripts or documents. */
const LONGEST_TEXT = 4096;
const ADDRESS_AND_PORT = /(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})(?![\d.])/g;

/** Finds texts of containers that name a cluster IP of the input with a port that its Service does not have. */
export function clusterIpPortRejected({ raw, services, modeSwitch }: LintInput): readonly Finding[] {
  if (modeSwitch?.rejectsUnknownPorts !== true) return [];
  const owners = new Map(
    services.flatMap(({ service }) =>
      service.spec.clusterIP === 'None' ? [] : service.spec.clusterIPs.map((ip) => [ip, service] as const),
    ),
  );
  return raw.flatMap((object) =>
    containersOf(object).flatMap((container) =>
      textsOf(container).flatMap(({ path, value }) =>
        unknownPorts(value, owners).map((message) =>
          finding('cluster-ip-port-rejected', object, path, message),
        ),
      ),
    ),
  );
}

function unknownPorts(value: string, owners: ReadonlyMap<string, Service>): readonly string[] {
  if (value.length > LONGEST_TEXT) return [];
  return [...value.matchAll(ADDRESS_AND_PORT)].flatMap(([whole, ip = '', digits]) => {
    const owner = owners.get(ip);
    if (owner === undefined || owner.spec.ports.some(({ port }) => port === Number(digits))) return [];
    const { namespace, name } = owner.metadata;
    return [`${whole} is no port of Service ${namespace}/${name}, so mode nftables rejects it`];
  });
}

/** Finds names of service ports that are too long for a comment of nft. Without a port's name none is. */
export function serviceNameTooLong({ services, modeSwitch }: LintInput): readonly Finding[] {
  const longest = modeSwitch?.longestName;
  if (longest === undefined) return [];
  return services.flatMap((linted) => {
    const { clusterIP, ports, type } = linted.service.spec;
    if (clusterIP === 'None' || type === 'ExternalName') return [];
    return ports.flatMap(({ name }, index) => {
      const whole = `${linted.namespace}/${linted.name}:${name}`;
      if (whole.length <= longest) return [];
      const message = `${whole} has ${whole.length} characters and nft takes ${longest} in a comment: without endpoints it keeps kube-proxy from writing any rule`;
      return [finding('service-name-too-long', linted, ['spec', 'ports', index, 'name'], message)];
    });
  });
}
