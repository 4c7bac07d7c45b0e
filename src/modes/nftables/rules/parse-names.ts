/** Reads what the name of a chain or a set says of its service port. The counterpart of names.ts. */
import { type IpFamily } from '../../../text/ip.ts';

/** What an object of a service port is for. `affinity` is a set, the others are chains. */
export type PortRole = 'service' | 'local' | 'external' | 'firewall' | 'endpoint' | 'affinity';

/** The name of a chain or a set of one service port, taken apart. */
export interface PortObjectName {
  readonly role: PortRole;
  /** `ns/name:port/PROTOCOL`, without the colon for a port without a name. */
  readonly label: string;
  /** `ns/name`. */
  readonly service: string;
  /** Empty for a port without a name. */
  readonly portName: string;
  /** The address and port of an endpoint, of objects of one endpoint; absent when the name was cut. */
  readonly endpoint?: { readonly ip: string; readonly port: number };
}

const NAME = /^(service|local|external|firewall|endpoint|affinity)-[A-Z2-7]{8}-(.+)$/;
/** What follows the hash. Names of more than 240 characters are cut, but only behind the name of the port. */
const REST = /^([^/]+\/[^/]+)\/(tcp|udp|sctp)\/([^/_]*)(?:__(?:([0-9a-f.]+)\/(\d+)$)?.*)?$/;

const isRole = (text: string): text is PortRole => ROLES.has(text);
const ROLES: ReadonlySet<string> = new Set<PortRole>([
  ...(['service', 'local', 'external', 'firewall', 'endpoint', 'affinity'] as const),
]);

/** Takes a name apart. Returns undefined for one that is of no service port. */
export function parseObjectName(name: string, family: IpFamily): PortObjectName | undefined {
  const [, role = '', rest = ''] = NAME.exec(name) ?? [];
  const found = REST.exec(rest);
  if (!isRole(role) || found === null) return undefined;
  const [, service = '', protocol = '', portName = '', ip, port] = found;
  const label = labelOf(`${service}${portName === '' ? '' : `:${portName}`}`, protocol);
  if (ip === undefined) return { role, label, service, portName };
  const address = family === 'IPv6' ? ip.replaceAll('.', ':') : ip;
  return { role, label, service, portName, endpoint: { ip: address, port: Number(port) } };
}

/** `ns/name:port/PROTOCOL` of a service port that comments call `ns/name:port`. */
export const labelOf = (name: string, protocol: string): string => `${name}/${protocol.toUpperCase()}`;
