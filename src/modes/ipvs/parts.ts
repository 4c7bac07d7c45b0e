/** What mode ipvs puts into a kernel, by the tool that prints it, in the order in which it is printed. */
export const IPVS_PARTS = ['iptables', 'ipset', 'ipvs', 'addresses'] as const;
