import { type ProxySettings } from '../../../proxy/settings.ts';

/** Whether some traffic to cluster IPs is masqueraded because of its source. */
export const masqueradesClusterIps = ({ masqueradeAll, localTraffic }: ProxySettings): boolean =>
  masqueradeAll || localTraffic.kind !== 'none';
