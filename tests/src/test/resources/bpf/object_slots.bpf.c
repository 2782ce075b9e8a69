/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts in the inner map of slot 0, and in the map gold by its name. */
#include "object_slots.bpf.h"

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u64 *packets, none = 0;
	struct flow_map *flows = tenant_lookup(0);

	(void)ctx;
	packets = flows ? flow_lookup_or_init(flows, 1, none) : NULL;
	if (packets)
		__sync_fetch_and_add(packets, 1);
	packets = flow_lookup_or_init(&gold, 2, none);
	if (packets)
		__sync_fetch_and_add(packets, 1);
	return flows ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
