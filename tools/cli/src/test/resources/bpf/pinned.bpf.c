/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts packets of customer 42 to port 443, and all packets. */
#include "pinned.bpf.h"

#ifndef SECTION
#define SECTION "xdp"
#endif

SEC(SECTION)
int count(void *ctx)
{
	__u32 port = 443;
	struct flow zero = {};
	struct flow *flow;
	struct flow_map *flows = customer_lookup(42);
	__u64 *packets = total_lookup(0);

	(void)ctx;
	if (packets)
		__sync_fetch_and_add(packets, 1);
	if (!flows)
		return XDP_DROP;
	flow = flow_lookup_or_init(flows, port, &zero);
	if (!flow)
		return XDP_DROP;
	__sync_fetch_and_add(&flow->packets, 1);
	return site_lookup(&(struct site_key){ 42, 1 }) ? XDP_TX : XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
