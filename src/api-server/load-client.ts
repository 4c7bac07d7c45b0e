import { type KubeConfig } from '@kubernetes/client-node/dist/config.js';

export type { KubeConfig };

/** A user of a kubeconfig. */
export type User = NonNullable<ReturnType<KubeConfig['getCurrentUser']>>;

/**
 * Loads the official client of Kubernetes, of which only the part is used, and bundled, that reads kubeconfig files,
 * gets credentials and sets up TLS. Its typed lists are not used: they would drop fields and copy every object.
 */
export const loadKubeConfig = async (): Promise<typeof KubeConfig> =>
  (await import('@kubernetes/client-node/dist/config.js')).KubeConfig;
