/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts in the inner map of slot 0, and in the map gold by its name. */
SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u64 *packets = NULL, none = 0;
	struct flow_map *flows = tenant_lookup(0);
	int verdict = XDP_DROP;

	(void)ctx;
	/* Linux 6.1 lets a process without CAP_PERFMON compare the pointer only once. */
	if (flows) {
		verdict = XDP_PASS;
		packets = flow_lookup_or_init(flows, 1, none);
	}
	if (packets)
		__sync_fetch_and_add(packets, 1);
	packets = flow_lookup_or_init(&gold, 2, none);
	if (packets)
		__sync_fetch_and_add(packets, 1);
	return verdict;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
