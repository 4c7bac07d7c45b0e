import { describe, expect, it } from 'vitest';
import { printServers } from '../../../src/netfilter/ipvs/print.ts';
import { readServers } from '../../../src/netfilter/ipvs/read.ts';

const read = (text: string) => readServers({ name: 'servers', text });

/** Every option that ipvsadm 1.31 prints. */
const EVERYTHING = `\
-A -t 10.96.0.20:80 -s rr
-a -t 10.96.0.20:80 -r 10.244.1.10:8080 -m -w 1
-a -t 10.96.0.20:80 -r 10.244.1.11:8080 -g -w 0
-a -t 10.96.0.20:80 -r 10.244.1.12:8080 -i -w 65535 --tun-type gue --tun-port 5555 --tun-nocsum
-A -u [fd00:10:96::53]:53 -s mh -p 10800 -M 64 -b mh-fallback,mh-port
-a -u [fd00:10:96::53]:53 -r [fd00:10:244::1]:53 -m -w 1
-A --sctp-service 10.96.0.21:3868 -s sh -p 600 -M 255.255.255.0 --pe sip -o
-A -f 7 -s wlc
-A -f 8 -6 -s wlc
`;

describe('virtual servers', () => {
  it('are printed as they were read', () => {
    const { value, problems } = read(EVERYTHING);
    expect(problems).toEqual([]);
    expect(printServers(value ?? [])).toBe(EVERYTHING);
  });

  it('are read by long options, with blank lines and remarks, in any order of real servers', () => {
    const { value } = read(`
# of node-1
--add-service --tcp-service 10.96.0.20:80 --scheduler rr --persistent 60
--add-service --udp-service 10.96.0.20:80 --scheduler rr --netmask 255.255.0.0 --sched-flags flag-1 --ops
--add-service --fwmark-service 7 --scheduler rr
--add-server --udp-service 10.96.0.20:80 --real-server 10.0.0.2:80 --ipip --weight 3
--add-server --tcp-service 10.96.0.20:80 --real-server 10.0.0.1:80 --masquerading --weight 2
--add-server --udp-service 10.96.0.20:80 --real-server 10.0.0.3:80 --gatewaying -x 5 -y 4
`);
    expect(printServers(value ?? [])).toBe(`\
-A -t 10.96.0.20:80 -s rr -p 60
-a -t 10.96.0.20:80 -r 10.0.0.1:80 -m -w 2
-A -u 10.96.0.20:80 -s rr -M 255.255.0.0 -o -b flag-1
-a -u 10.96.0.20:80 -r 10.0.0.2:80 -i -w 3
-a -u 10.96.0.20:80 -r 10.0.0.3:80 -g -w 1 -x 5 -y 4
-A -f 7 -s rr
`);
  });

  it('stops after 100 damaged lines', () => {
    expect(read('nonsense\n'.repeat(300)).problems).toHaveLength(100);
  });
});
