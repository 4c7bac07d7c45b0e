import { type CodeTable, error } from './code-text.ts';

/** What can go wrong between svc2ipt and an API server. */
export const API_SERVER_CODES = {
  'kubeconfig-invalid': error({
    meaning: 'The kubeconfig does not say which API server to ask, or as whom.',
    example: '`svc2ipt compile --from-cluster --kubeconfig missing.yaml`',
    remedy: 'Try the same with `kubectl config view`; name another file or context.',
  }),
  'cluster-unreachable': error({
    meaning: 'The API server cannot be asked.',
    example: '`svc2ipt compile --from-cluster --kubeconfig config.yaml`, with `server: https://127.0.0.1:1`',
    remedy: 'Try the same with `kubectl get services`; correct server or certificates in the kubeconfig.',
  }),
  'cluster-refused': error({
    meaning: 'The API server does not let the account read what kube-proxy reads.',
    example: '`svc2ipt compile --from-cluster`, as an account that may list no nodes',
    remedy: 'Let the account list and watch Services, EndpointSlices and Nodes, as `deploy/base` does.',
  }),
  'cluster-answer': error({
    meaning: 'The API server gives an answer that cannot be used.',
    example: '`svc2ipt compile --from-cluster`, with a web page where the API server should be',
    remedy: 'Check that server in the kubeconfig is an API server, and try again when it is less busy.',
  }),
} as const satisfies CodeTable;
