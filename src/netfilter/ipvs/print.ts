import {
  type Forwarding,
  type RealServer,
  type Transport,
  type VirtualAddress,
  type VirtualServer,
} from './model.ts';

/** By protocol, the option that names a virtual server. */
export const SERVICE_OPTIONS: Readonly<Record<Transport, string>> = {
  tcp: '-t',
  udp: '-u',
  sctp: '--sctp-service',
};

/** By way of forwarding, the option of a real server. */
export const FORWARDING_OPTIONS: Readonly<Record<Forwarding, string>> = {
  masquerade: '-m',
  tunnel: '-i',
  direct: '-g',
};

/**
 * Prints virtual servers as `ipvsadm -S -n` does: a line for each, followed by a line for each of its real servers.
 * (print_service_entry, ipvsadm 1.31)
 */
export function printServers(servers: readonly VirtualServer[]): string {
  const lines: string[] = [];
  for (const server of servers) {
    lines.push(printVirtualServer(server));
    for (const real of server.realServers) lines.push(printRealServer(server.address, real));
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** `-A -t 10.96.0.20:80 -s rr -p 10800`. */
export function printVirtualServer(server: VirtualServer): string {
  const { address, scheduler, persistence, netmask, schedulerFlags, options } = server;
  return [
    `-A ${printVirtualAddress(address)} -s ${scheduler}`,
    ...(persistence === undefined ? [] : [`-p ${persistence}`]),
    ...(netmask === undefined ? [] : [`-M ${netmask}`]),
    ...options,
    ...(schedulerFlags.length === 0 ? [] : [`-b ${schedulerFlags.join(',')}`]),
  ].join(' ');
}

/** `-a -t 10.96.0.20:80 -r 10.244.1.10:8080 -m -w 1`. */
export const printRealServer = (address: VirtualAddress, real: RealServer): string =>
  [
    `-a ${printVirtualAddress(address)} -r ${socketText(real.ip, real.port)}`,
    `${FORWARDING_OPTIONS[real.forwarding]} -w ${real.weight}`,
    ...real.options,
  ].join(' ');

/** `-t 10.96.0.20:80`: how lines name a virtual server. */
export function printVirtualAddress(address: VirtualAddress): string {
  if (address.kind === 'address')
    return `${SERVICE_OPTIONS[address.protocol]} ${socketText(address.ip, address.port)}`;
  return address.family === 'IPv4' ? `-f ${address.mark}` : `-f ${address.mark} -6`;
}

/** `10.0.0.1:80`, `[fd00::1]:80`. */
export const socketText = (ip: string, port: number): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
