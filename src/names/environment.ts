/** Environment variables that kubelet gives to containers. (pkg/kubelet/envvars/envvars.go, 1.36) */
import { hasClusterIp } from '../cluster/assign-cluster-ips.ts';
import { type ClusterModel } from '../cluster/model.ts';
import { type Diagnostic, diagnostic, type ObjectName } from '../diagnostics/diagnostic.ts';
import { type Service } from '../manifest/types.ts';
import { addToGroup } from '../text/groups.ts';

/** The pods that get the variables. */
export interface EnvironmentRequest {
  readonly namespace: string;
  /** False for pods with `enableServiceLinks: false`: they get only the variables of the API server. */
  readonly serviceLinks: boolean;
}

/** One variable, and the Service whose it is. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** `namespace/name`. */
  readonly service: string;
}

/** What a container gets, each name once. */
export interface Environment extends EnvironmentRequest {
  readonly variables: readonly Variable[];
}

/**
 * Returns the variables of all containers in a namespace: those of its Services with a cluster IP, and those of
 * `kubernetes` in namespace default. Services come by name (kubelet has no order for them), the variables of each in
 * kubelet's order. Warnings: two Services set the same variable, a shell cannot read a variable, the input does not
 * hold `kubernetes`. (getServiceEnvVarMap, pkg/kubelet/kubelet_pods.go, 1.36)
 */
export function environmentOf(
  { services }: ClusterModel,
  request: EnvironmentRequest,
): { readonly environment: Environment; readonly problems: readonly Diagnostic[] } {
  const { namespace, serviceLinks } = request;
  const withIp = services.map(({ service }) => service).filter(hasClusterIp);
  const own = serviceLinks ? withIp.filter(({ metadata }) => metadata.namespace === namespace) : [];
  const master = withIp.find(isMaster);
  const hidesMaster = own.some(({ metadata }) => metadata.name === MASTER.name);
  const shown = master === undefined || hidesMaster ? own : [...own, master].sort(byName);
  const all = shown.flatMap(variablesOf);
  const missing = master === undefined && !hidesMaster ? [masterMissing()] : [];
  return {
    environment: { ...request, variables: lastOfEach(all) },
    problems: [...missing, ...setTwice(all), ...shown.filter(beginsWithDigit).map(unreadable)],
  };
}

/** The Service of the API server, which every container learns of. (masterServices) */
const MASTER = { namespace: 'default', name: 'kubernetes' } as const;

const isMaster = ({ metadata: { namespace, name } }: Service): boolean =>
  namespace === MASTER.namespace && name === MASTER.name;

const byName = (one: Service, other: Service): number => (one.metadata.name < other.metadata.name ? -1 : 1);

/** (FromServices) The cluster IP is that of the first family. */
function variablesOf({ metadata, spec }: Service): readonly Variable[] {
  const service = `${metadata.namespace}/${metadata.name}`;
  const variable = (name: string, value: string | number): Variable => ({
    name,
    value: String(value),
    service,
  });
  const prefix = variableName(metadata.name);
  const host = spec.clusterIPs[0] ?? '';
  return [
    variable(`${prefix}_SERVICE_HOST`, host),
    ...spec.ports.slice(0, 1).map(({ port }) => variable(`${prefix}_SERVICE_PORT`, port)),
    ...spec.ports
      .filter(({ name }) => name !== '')
      .map(({ name, port }) => variable(`${prefix}_SERVICE_PORT_${variableName(name)}`, port)),
    ...linkVariables(spec, prefix, host).map(([name, value]) => variable(name, value)),
  ];
}

/** The variables that Docker's links set. (makeLinkVariables) */
const linkVariables = (
  { ports }: Service['spec'],
  prefix: string,
  host: string,
): readonly (readonly [name: string, value: string | number])[] =>
  ports.flatMap(({ protocol, port }, index) => {
    const scheme = protocol.toLowerCase();
    const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
    const own = `${prefix}_PORT_${port}_${protocol}`;
    return [
      ...(index === 0 ? [[`${prefix}_PORT`, url] as const] : []),
      [own, url],
      [`${own}_PROTO`, scheme],
      [`${own}_PORT`, port],
      [`${own}_ADDR`, host],
    ] as const;
  });

/** (makeEnvVariableName) */
const variableName = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/** A container has each name once. Of several values, the one of the last Service by name is told. */
const lastOfEach = (all: readonly Variable[]): readonly Variable[] => [
  ...new Map(all.map((variable) => [variable.name, variable])).values(),
];

function setTwice(all: readonly Variable[]): readonly Diagnostic[] {
  const groups = new Map<string, Variable[]>();
  for (const variable of all) addToGroup(groups, variable.name, variable);
  return [...groups].flatMap(([name, group]) => {
    const values = new Set(group.map(({ value }) => value));
    if (values.size < 2) return [];
    const setters = group.map(({ service, value }) => `${value} by Service ${service}`).join(', ');
    return [
      diagnostic(
        'variable-set-twice',
        `${name} is set to ${setters}; each container gets one of them by chance`,
      ),
    ];
  });
}

const beginsWithDigit = ({ metadata }: Service): boolean => /^\d/.test(metadata.name);

const subjectOf = ({ metadata: { namespace, name } }: Service): ObjectName => ({
  kind: 'Service',
  namespace,
  name,
});

const unreadable = (service: Service): Diagnostic =>
  diagnostic(
    'variable-unreadable',
    `containers get ${variableName(service.metadata.name)}_SERVICE_HOST, but no shell can read a variable whose name begins with a digit`,
    { subject: subjectOf(service) },
  );

const masterMissing = (): Diagnostic =>
  diagnostic(
    'kubernetes-missing',
    'every container gets the variables of Service default/kubernetes, which the input does not hold: they are left out',
  );

/** Prints variables as `env` does and as shells and container engines read them, one a line. */
export const printEnvironment = ({ variables }: Environment): string =>
  variables.map(({ name, value }) => `${name}=${value}\n`).join('');
