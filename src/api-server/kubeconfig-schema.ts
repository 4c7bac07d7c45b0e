/**
 * The forms of a kubeconfig file, and of what its plugins print. (k8s.io/client-go/tools/clientcmd/api/v1, types.go)
 */
import { flagSchema, listOf, open, textSchema } from '../schema/pieces.ts';

const clusterSchema = open({
  server: textSchema,
  'certificate-authority': textSchema,
  'certificate-authority-data': textSchema,
  'insecure-skip-tls-verify': flagSchema,
  'tls-server-name': textSchema,
  'proxy-url': textSchema,
});

/** How to ask a plugin for credentials. */
export const execSchema = open({
  command: textSchema,
  args: listOf(textSchema),
  env: listOf(open({ name: textSchema, value: textSchema })),
});

const userSchema = open({
  'client-certificate': textSchema,
  'client-certificate-data': textSchema,
  'client-key': textSchema,
  'client-key-data': textSchema,
  token: textSchema,
  tokenFile: textSchema,
  as: textSchema,
  username: textSchema,
  password: textSchema,
  'auth-provider': open({ name: textSchema }),
  exec: execSchema,
});

/** kubeconfig. Files may hold more than what is read here. */
export const kubeconfigSchema = open({
  'current-context': textSchema,
  clusters: listOf(open({ name: textSchema, cluster: clusterSchema })),
  users: listOf(open({ name: textSchema, user: userSchema })),
  contexts: listOf(open({ name: textSchema, context: open({ cluster: textSchema, user: textSchema }) })),
});

/** What a plugin prints. (ExecCredential; k8s.io/client-go/pkg/apis/clientauthentication/v1, types.go) */
export const credentialSchema = open({
  status: open({
    token: textSchema,
    clientCertificateData: textSchema,
    clientKeyData: textSchema,
    expirationTimestamp: textSchema,
  }),
});
