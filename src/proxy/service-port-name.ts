/** `ns/name:port` as kube-proxy writes it in comments and hashes. (ServicePortName.String) */
export function servicePortName(namespace: string, service: string, port: string, colon: boolean): string {
  return port === '' && !colon ? `${namespace}/${service}` : `${namespace}/${service}:${port}`;
}
