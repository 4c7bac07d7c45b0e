import { type ServicePort } from '../../../proxy/state.ts';

/** Returns `ns/name:port/PROTOCOL`, as comparisons name a service port. */
export const labelOf = ({ namespace, serviceName, portName, protocol }: ServicePort): string =>
  `${namespace}/${serviceName}${portName === '' ? '' : `:${portName}`}/${protocol.toUpperCase()}`;
