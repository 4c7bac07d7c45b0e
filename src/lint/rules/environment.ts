import { items, text } from '../../manifest/check/json.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { hostsIn, type NamedHost, serviceVariablesIn, variableName } from '../addresses-in-text.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';
import { type At, entriesOf, type NamedObject, podOf } from '../raw.ts';
import { type ServiceDirectory } from '../service-directory.ts';
import { explainPortMiss } from './backends.ts';
import { containersOf } from './probes.ts';

/** Finds environment variables that name Services or ports that do not exist. */
export function environmentMisses({ raw, directory }: LintInput): readonly Finding[] {
  const variables = variablesOf(directory);
  return raw.flatMap((object) => {
    const ownHosts = hostsOfItsOwn(object);
    return containersOf(object).flatMap((container) => [
      ...entriesOf(container, 'env').flatMap((entry) => {
        const hosts = hostsOf(entry).filter(({ labels }) => !ownHosts.has(labels.join('.')));
        return hosts.flatMap((host) => explainHost(host, object, [...entry.path, 'value'], directory) ?? []);
      }),
      ...variableMisses(object, container, variables),
    ]);
  });
}

/** Names of variables whose values are addresses even without a scheme. */
const ADDRESS_NAME = /(?:HOST|HOSTNAME|ADDR|ADDRESS|URL|URI|ENDPOINT|SERVER|BROKER)S?$/i;

function hostsOf({ fields }: At): readonly NamedHost[] {
  const isAddress = ADDRESS_NAME.test(text(fields['name']).slice(-20));
  return hostsIn(text(fields['value'])).filter(
    ({ form }) => isAddress || form === 'url' || form === 'cluster',
  );
}

/** Names that the pod resolves without DNS: its own, and those that it adds to /etc/hosts. */
function hostsOfItsOwn(object: NamedObject): ReadonlySet<string> {
  const pod = podOf(object);
  if (pod === undefined) return new Set();
  const aliases = entriesOf(pod.spec, 'hostAliases').flatMap(({ fields }) => items(fields['hostnames']));
  return new Set(['localhost', text(pod.spec.fields['hostname']), object.name, ...aliases.map(text)]);
}

function explainHost(
  host: NamedHost,
  object: NamedObject,
  path: JsonPath,
  directory: ServiceDirectory,
): Finding | undefined {
  const target = targetOf(host, object.namespace, directory);
  if (target === undefined) return undefined;
  const found = directory.find(target.namespace, target.name);
  switch (found.is) {
    case 'unknown':
      return undefined;
    case 'missing':
      return finding('env-service-missing', object, path, found.message);
    case 'there': {
      // Clients of a headless Service connect to the pods' own ports.
      if (found.service.spec.clusterIP === 'None') return undefined;
      const message = explainPortMiss(found.service, host.port);
      return message === undefined ? undefined : finding('env-port-missing', object, path, message);
    }
  }
}

interface Target {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Returns the Service that a host name refers to; undefined when the host may be something else. Only
 * `name.namespace.svc` is certain. Other forms count only if the input has Services of that namespace, and a
 * bare word only if it is similar to the name of one.
 */
function targetOf(host: NamedHost, own: string, directory: ServiceDirectory): Target | undefined {
  const { labels, form } = host;
  const svc = labels.indexOf('svc', 2);
  if (svc !== -1)
    return covered({ name: labels[svc - 2] ?? '', namespace: labels[svc - 1] ?? '' }, directory);
  if (form === 'cluster' || labels.length > 2) return undefined;
  const [name = '', namespace = own] = labels;
  if (/^\d+$/.test(name) || directory.names(namespace).length === 0) return undefined;
  // `web-0.web` is a pod of a StatefulSet.
  if (labels.length === 2 && directory.has(own, namespace)) return undefined;
  if (form === 'word' && !directory.has(own, name) && directory.nearest(own, name) === undefined) {
    return undefined;
  }
  return { name, namespace };
}

const covered = (target: Target, directory: ServiceDirectory): Target | undefined =>
  directory.covers(target.namespace) ? target : undefined;

/** Returns the names of a namespace's Services as kubelet spells them in variables. Each is computed once. */
function variablesOf(directory: ServiceDirectory): (namespace: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  return (namespace) => {
    const names = known.get(namespace) ?? new Set(directory.names(namespace).map(variableName));
    known.set(namespace, names);
    return names;
  };
}

/** Finds `$(WEB_SERVICE_HOST)` if the namespace has Services, but none with this name. */
function variableMisses(
  object: NamedObject,
  container: At,
  variables: (namespace: string) => ReadonlySet<string>,
): readonly Finding[] {
  const known = variables(object.namespace);
  if (known.size === 0 || items(container.fields['envFrom']).length > 0) return [];
  const own = new Set(entriesOf(container, 'env').map(({ fields }) => text(fields['name'])));
  return textsOf(container).flatMap(({ path, value }) =>
    serviceVariablesIn(value)
      .filter(
        ({ variable, service }) => !own.has(variable) && service !== 'KUBERNETES' && !known.has(service),
      )
      .map(({ variable }) => {
        const message = `kubelet sets ${variable} for no Service of namespace ${object.namespace}`;
        return finding('env-service-missing', object, path, message);
      }),
  );
}

/** Returns the texts of a container in which kubelet replaces variables. */
export function textsOf(container: At): readonly { readonly path: JsonPath; readonly value: string }[] {
  const words = ['command', 'args'].flatMap((key) =>
    items(container.fields[key]).map((word, index) => ({
      path: [...container.path, key, index],
      value: text(word),
    })),
  );
  const values = entriesOf(container, 'env').map(({ path, fields }) => ({
    path: [...path, 'value'],
    value: text(fields['value']),
  }));
  return [...values, ...words];
}
