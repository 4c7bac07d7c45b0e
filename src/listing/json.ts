import { formatRational, type Rational } from '../packets/rational.ts';
import { type ListedChain, type ListedPort } from './listed-port.ts';
import { type KnownChain } from './whose-chain.ts';
import { printableJson } from '../text/printable.ts';

const shareOf = (share: Rational | undefined): string | null =>
  share === undefined ? null : formatRational(share);

/** Prints the Services as JSON. Every field is present; a field that is not known is null. */
export const jsonList = (ports: readonly ListedPort[]): string =>
  `${printableJson({ services: ports.map(portFields) }, 2)}\n`;

/** The same of one chain. */
export function jsonOwner({
  chain,
  role,
  isThere,
  name,
  type,
  protocol,
  endpoint,
  shares,
}: KnownChain): string {
  const fields = {
    chain,
    role,
    present: isThere,
    service: name ?? null,
    type: type ?? null,
    protocol: protocol ?? null,
    endpoint: endpoint ?? null,
    shares: shares.map((each) => ({ chain: each.chain, share: shareOf(each.share) })),
  };
  return `${printableJson(fields, 2)}\n`;
}

const portFields = ({ name, type, protocol, addresses, chains }: ListedPort): object => ({
  service: name ?? null,
  type: type ?? null,
  protocol: protocol ?? null,
  addresses: addresses.map(({ kind, ip, port }) => ({ kind, ip: ip ?? null, port })),
  chains: chains.map(chainFields),
});

const chainFields = ({ name, role, endpoints }: ListedChain): object => ({
  name,
  role,
  endpoints: endpoints.map(({ chain, address, share, chosenBy }) => ({
    address: address ?? null,
    chain: chain ?? null,
    share: chosenBy ?? shareOf(share),
  })),
});
