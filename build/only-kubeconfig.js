/**
 * Takes of `@kubernetes/client-node` only the part that reads kubeconfig files, gets credentials and sets up TLS: 20 kB of
 * 900. src/api-server/account.ts refuses, or does itself, what the parts left out would do.
 */
const LEFT_OUT = {
  // The typed API, of which svc2ipt uses nothing.
  './gen/index.js': 'export const createConfiguration = undefined, ServerConfiguration = undefined;',
  // Node.js has Headers itself.
  'node-fetch': 'export const Headers = globalThis.Headers;',
  // svc2ipt reads the YAML itself and hands over JSON.
  'js-yaml': 'export default { load: JSON.parse };',
  // src/api-server/exec-plugin.ts asks plugins, and does not wait for them without end.
  './exec_auth.js': 'export class ExecAuth { isAuthProvider() { return false; } }',
  // Providers of credentials that Kubernetes removed or deprecates, and SOCKS.
  './azure_auth.js': 'export class AzureAuth { isAuthProvider() { return false; } }',
  './gcp_auth.js': 'export class GoogleCloudPlatformAuth { isAuthProvider() { return false; } }',
  './oidc_auth.js': 'export class OpenIDConnectAuth { isAuthProvider() { return false; } }',
  'socks-proxy-agent': 'export const SocksProxyAgent = undefined;',
};

/** The plugin of esbuild. */
export const onlyKubeconfig = {
  name: 'only-kubeconfig',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^[^/]/ }, ({ path, importer }) =>
      importer.includes('node_modules/@kubernetes/client-node/') && Object.hasOwn(LEFT_OUT, path)
        ? { path, namespace: 'left-out' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: LEFT_OUT[path] }));
  },
};
