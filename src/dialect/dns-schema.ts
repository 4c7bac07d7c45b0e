/** The version of the specification of DNS-based service discovery that the records follow. (specification, 2.2) */
export const DNS_SCHEMA = '1.1.0';
