import { columns } from '../text/columns.ts';
import { formatRational, type Rational } from '../packets/rational.ts';
import { listed } from '../text/listed.ts';
import { printable } from '../text/printable.ts';
import { type ListedAddress, type ListedChain, type ListedEndpoint, type ListedPort } from './listed-port.ts';
import { type KnownChain } from './whose-chain.ts';

/** Returns the share as `1/3`, or `?` when it is not known. */
const shareText = (share: Rational | undefined): string =>
  share === undefined ? '?' : formatRational(share);

const UNKNOWN = '?';
const nameText = (name: string | undefined): string => (name === undefined ? UNKNOWN : printable(name));

/** `10.96.0.20:80`, `[fd00::1]:80`, or `:30080` for a node port. */
export const addressText = ({ ip, port }: ListedAddress): string =>
  `${ip === undefined ? '' : ip.includes(':') ? `[${ip}]` : ip}:${port}`;

/** The most endpoints that one line names. */
const MOST_ENDPOINTS = 3;

/** The most addresses that one line names. They stand in each line of their Service, and every line is as wide. */
const MOST_ADDRESSES = 10;

/**
 * Prints a line for each chain of each service port, with its endpoints and the share that each of them gets.
 */
export function tableOf(ports: readonly ListedPort[]): string {
  const rows = ports.flatMap((port) => {
    const cells = portCells(port);
    const lines = port.chains.length === 0 ? [['-', '-']] : port.chains.map(chainCells);
    return lines.map((line) => [...cells, ...line]);
  });
  return columns([['SERVICE', 'TYPE', 'PROTOCOL', 'ADDRESSES', 'CHAIN', 'ENDPOINTS'], ...rows]);
}

/** A line for each endpoint of each chain, with everything that is known of it. */
export function wideTableOf(ports: readonly ListedPort[]): string {
  const header = ['SERVICE', 'TYPE', 'PROTOCOL', 'ADDRESSES', 'CHAIN', 'ENDPOINT', 'SHARE', 'ENDPOINT CHAIN'];
  const rows = ports.flatMap((port) => {
    const cells = portCells(port);
    const chains = port.chains.length === 0 ? [undefined] : port.chains;
    return chains.flatMap((chain) => {
      const endpoints = chain === undefined || chain.endpoints.length === 0 ? [undefined] : chain.endpoints;
      return endpoints.map((endpoint) => [
        ...cells,
        chain?.name ?? '-',
        endpoint === undefined ? '-' : (endpoint.address ?? UNKNOWN),
        endpoint === undefined ? '-' : (endpoint.chosenBy ?? shareText(endpoint.share)),
        endpoint?.chain ?? '-',
      ]);
    });
  });
  return columns([header, ...rows]);
}

/** A line for each service port: its name, and its protocol. */
export const namesOf = (ports: readonly ListedPort[]): string =>
  ports.map(({ name, protocol }) => `${nameText(name)}/${protocol ?? UNKNOWN}\n`).join('');

function portCells({ name, type, protocol, addresses }: ListedPort): readonly string[] {
  return [
    nameText(name),
    type ?? UNKNOWN,
    protocol ?? '-',
    addresses.length === 0 ? '-' : addressesText(addresses),
  ];
}

/** All addresses where they are few, else the first of them and how many there are beside. */
function addressesText(addresses: readonly ListedAddress[]): string {
  const shown = addresses.slice(0, MOST_ADDRESSES).map(addressText).join(',');
  const rest = addresses.length - MOST_ADDRESSES;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function chainCells({ name, endpoints }: ListedChain): readonly string[] {
  const told = ({ address, share, chosenBy }: ListedEndpoint): string =>
    `${address ?? UNKNOWN} ${chosenBy ?? shareText(share)}`;
  return [name, endpoints.length === 0 ? '-' : listed(endpoints.map(told), MOST_ENDPOINTS)];
}

const ROLES: Readonly<Record<string, string>> = {
  service: 'spreads connections over the endpoints',
  local: 'spreads connections over the endpoints of this node',
  external: 'takes what comes from outside the cluster',
  firewall: 'lets the source ranges of the load balancer pass',
  balancer: 'takes what comes from outside the cluster, for the endpoints of this node',
};

/** Says in a sentence to which Service a chain belongs. Lists the shares of an endpoint below. */
export function ownerText({ chain, role, name, protocol, endpoint, shares, isThere }: KnownChain): string {
  const owner =
    name === undefined ? 'a Service that nothing names' : `${printable(name)} (${protocol ?? UNKNOWN})`;
  const gone = isThere ? '' : '; it is not in these rules';
  if (role === 'shared') return `${chain} is shared by all Services${gone}\n`;
  if (role === 'standing')
    return `${chain} is no Service's: it is there whatever Services there are${gone}\n`;
  if (role === 'virtual server') return `${chain} is a virtual server of ${owner}\n`;
  if (role !== 'endpoint') return `${chain} is a chain of ${owner}: it ${ROLES[role] ?? ''}${gone}\n`;
  const lines = shares.map((each) => `  ${each.chain}: ${shareText(each.share)} of new connections\n`);
  return `${chain} is endpoint ${endpoint ?? UNKNOWN} of ${owner}${gone}\n${lines.join('')}`;
}
