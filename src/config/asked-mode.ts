import { NEWEST } from '../dialect/version.ts';
import { type Source } from '../text/source.ts';
import { type KubeProxyFlags } from './kube-proxy-flags.ts';
import { readConfiguration } from './read-configuration.ts';

/** Returns the mode that a flag or the configuration names; undefined when neither names one. */
export function askedMode({
  config,
  flags,
}: {
  readonly config?: Source | undefined;
  readonly flags: KubeProxyFlags;
}): string | undefined {
  const inFile = config && readConfiguration(config, NEWEST).value.mode?.value;
  const asked = flags.proxyMode ?? inFile;
  return asked === '' ? undefined : asked;
}
