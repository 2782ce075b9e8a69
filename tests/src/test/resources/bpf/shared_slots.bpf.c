/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts in the inner map of slot 0, which slot 4 has too. */
#include "shared_slots.bpf.h"

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u64 *packets = NULL, none = 0;
	struct flow_map *flows = tenant_lookup(0);

	(void)ctx;
	if (flows)
		packets = flow_lookup_or_init(flows, 1, none);
	if (packets)
		__sync_fetch_and_add(packets, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
