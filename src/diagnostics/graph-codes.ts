import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with pictures. */
export const GRAPH_CODES = {
  'service-not-served': error({
    meaning: 'kube-proxy has no rules for the Service that was asked for, so that there is nothing to draw.',
    example: '`svc2ipt graph -f web.yaml default/web`, and the Service has `clusterIP: None`',
    remedy:
      'Ask for a Service with a cluster IP of the family that `--ip-family` names; `svc2ipt list` names all.',
  }),
  'graph-too-large': warning({
    meaning: 'The picture is larger than what mermaid draws unless it is configured for more.',
    example: '`svc2ipt graph -f all.yaml`, and there are 600 Services',
    remedy: 'Name a Service, or draw with `-o svg`.',
  }),
} as const satisfies CodeTable;
