import { type NameRecord, type Names } from './records.ts';

/**
 * Prints the lines of a hosts file: each address with its full name and the short forms that resolvers of pods
 * complete. Bare names (`web`) mean Services of a pod's own namespace, and stand there only for `namespace`. A hosts
 * file cannot lead from name to name: a comment tells what an ExternalName means.
 */
export function printHosts({ services, clusterDomain }: Names, namespace?: string): string {
  const lineOf = (record: NameRecord): string => {
    switch (record.type) {
      case 'A':
      case 'AAAA':
        return `${record.address} ${shortForms(record.name, clusterDomain, namespace).join(' ')}\n`;
      case 'CNAME':
        return `# ${record.name} is another name of ${record.target}\n`;
      case 'SRV':
      case 'PTR':
        return '';
    }
  };
  return services.flatMap(({ records }) => records.map(lineOf)).join('');
}

/** Returns a full name and what resolvers complete to it: `web.shop.svc`, `web.shop`, `web`. */
function shortForms(name: string, clusterDomain: string, namespace: string | undefined): readonly string[] {
  const withSvc = name.slice(0, -clusterDomain.length - 1);
  const withNamespace = withSvc.slice(0, -'.svc'.length);
  const isOwn = namespace !== undefined && withNamespace.endsWith(`.${namespace}`);
  return [name, withSvc, withNamespace, ...(isOwn ? [withNamespace.slice(0, -namespace.length - 1)] : [])];
}
