/** An address and port by which clients reach one port of a Service. */
export interface Portal {
  readonly namespace: string;
  readonly serviceName: string;
  /** Empty for a port without a name. */
  readonly portName: string;
  readonly protocol: Protocol;
  readonly kind: 'cluster IP' | 'external IP' | 'load balancer IP' | 'node port';
  /** Undefined for node ports, which every address of the node serves. */
  readonly address: string | undefined;
  readonly port: number;
}

/** The protocols that Services know. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP';
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** Numbers of the protocols in the IP header. */
export const PROTOCOL_NUMBER: Readonly<Record<Protocol, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

/** `default/web:http cluster IP`. */
export const describePortal = ({ namespace, serviceName, portName, kind }: Portal): string =>
  `${namespace}/${serviceName}${portName === '' ? '' : `:${portName}`} ${kind}`;
