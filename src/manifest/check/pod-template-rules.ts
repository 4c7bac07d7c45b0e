import { type JsonPath } from '../../text/json-path.ts';
import { type Fields, fields, filledText, flag, items, number, text } from './json.ts';
import { duplicate, invalid, notSupported, required } from './messages.ts';
import { dnsLabelMistakes, portNumberMistakes } from './names.ts';
import { type Report } from './report.ts';

/** Which restart policies pods of a workload may have, and the message of the API server for another one. */
export interface RestartRule {
  readonly allowed: readonly string[];
  /** An absent policy means `Always`, which is not valid for a Job. */
  readonly needed?: string;
}

/** Checks the parts of a pod's spec on which no rule of kube-proxy depends. (ValidatePodSpec, pkg/apis/core, 1.36) */
export function checkPodTemplateRules(
  spec: Fields,
  path: JsonPath,
  restart: RestartRule,
  report: Report,
): void {
  checkRestartPolicy(filledText(spec['restartPolicy']), [...path, 'restartPolicy'], restart, report);
  if (items(spec['containers']).length === 0) report.error([...path, 'containers'], required());
  const names = new Set<string>();
  for (const list of ['containers', 'initContainers']) {
    for (const [index, item] of items(spec[list]).entries()) {
      const at = [...path, list, index];
      const container = fields(item);
      checkName(text(container['name']), [...at, 'name'], names, report);
      if (text(container['image']) === '') report.error([...at, 'image'], required());
      checkHostPorts(container, [...at, 'ports'], flag(spec['hostNetwork']), report);
    }
  }
}

function checkRestartPolicy(
  policy: string | undefined,
  path: JsonPath,
  { allowed, needed }: RestartRule,
  report: Report,
): void {
  if (policy !== undefined && allowed.includes(policy)) return;
  if (needed !== undefined && (policy === undefined || policy === 'Always')) {
    report.error(path, required(needed));
  } else if (policy !== undefined) report.error(path, notSupported(policy, allowed));
}

function checkName(name: string, path: JsonPath, names: Set<string>, report: Report): void {
  if (name === '') report.error(path, required());
  else if (names.has(name)) report.error(path, duplicate(name));
  else report.invalid(path, name, dnsLabelMistakes(name));
  names.add(name);
}

function checkHostPorts(container: Fields, path: JsonPath, hostNetwork: boolean, report: Report): void {
  for (const [index, item] of items(container['ports']).entries()) {
    const hostPort = number(fields(item)['hostPort']);
    const containerPort = number(fields(item)['containerPort']);
    if (hostPort === 0) continue;
    const mistakes = portNumberMistakes(hostPort);
    report.invalid([...path, index, 'hostPort'], hostPort, mistakes);
    if (mistakes.length === 0 && hostNetwork && hostPort !== containerPort) {
      const why = 'must match `hostPort` when `hostNetwork` is true';
      report.error([...path, index, 'containerPort'], invalid(containerPort, why));
    }
  }
}
