import { filledText } from '../../manifest/check/json.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';
import { type At, entriesOf, inside, type NamedObject, podOf } from '../raw.ts';

/**
 * Finds probes and hooks that name a port that their container does not have. (kubelet's
 * ResolveContainerPort)
 */
export function probePortMissing({ raw }: LintInput): readonly Finding[] {
  return raw.flatMap((object) =>
    containersOf(object).flatMap((container) => {
      const names = entriesOf(container, 'ports').flatMap(({ fields }) => filledText(fields['name']) ?? []);
      const there = new Set(names);
      return handlersOf(container).flatMap(({ path, fields }) => {
        const port = filledText(fields['port']);
        // A string of digits is taken for the number.
        if (port === undefined || there.has(port) || /^\d+$/.test(port)) return [];
        const known =
          names.length === 0 ? 'none of its ports has a name' : `the names are ${names.join(', ')}`;
        const who = `container ${JSON.stringify(filledText(container.fields['name']) ?? '')}`;
        const message = `${who} has no port named ${JSON.stringify(port)}; ${known}`;
        return [finding('probe-port-missing', object, [...path, 'port'], message)];
      });
    }),
  );
}

/** Returns the containers of an object that describes pods, including init containers. */
export function containersOf(object: NamedObject): readonly At[] {
  const pod = podOf(object);
  if (pod === undefined) return [];
  return ['containers', 'initContainers'].flatMap((list) => entriesOf(pod.spec, list));
}

const handlersOf = (container: At): readonly At[] =>
  [
    ...['startupProbe', 'readinessProbe', 'livenessProbe'].map((probe) => inside(container, probe)),
    ...['postStart', 'preStop'].map((hook) => inside(inside(container, 'lifecycle'), hook)),
  ].flatMap((holder) => [inside(holder, 'httpGet'), inside(holder, 'tcpSocket')]);
