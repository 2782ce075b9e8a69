/* SPDX-License-Identifier: GPL-2.0 */
#include "external_types.bpf.h"

static __always_inline void turn_limits(struct my_limits *limits)
{
	limits->rate++;
	limits->window[0].low = limits->window[1].low;
	limits->window[1].high = -limits->window[1].high;
	limits->mode = limits->mode == MY_MODE_ON ? MY_MODE_LATER : MY_MODE_ON;
	limits->on = !limits->on;
	limits->name[0] = 'N';
	limits->wide++;
	limits->rest--;
	limits->delta = -limits->delta;
	limits->seen = !limits->seen;
	limits->id.ports[1] = limits->id.ports[0];
	limits->points[2].y = limits->points[0].x;
}

SEC("xdp")
int turn(struct xdp_md *ctx)
{
	struct ours_packet key = {
		.ethernet = { .h_dest = { 1, 2, 3, 4, 5, 6 }, .h_proto = __builtin_bswap16(0x0800) },
		.length = 60,
		.ip = { .ihl = 5, .version = 4, .ttl = 64, .saddr = __builtin_bswap32(0x7f000001) },
	};
	struct ours_flow_map *flows = ours_tenant_lookup(7);
	struct ours_flow *flow = flows ? ours_flow_lookup(flows, &key) : NULL;

	(void)ctx;
	if (!flow)
		return XDP_ABORTED;
	flow->action = flow->action == XDP_PASS ? XDP_DROP : XDP_PASS;
	flow->keys.dport = flow->keys.sport;
	flow->keys.ipv4_dst = flow->keys.ipv4_src;
	flow->keys.flow_label = __builtin_bswap32(0xfffff);
	turn_limits(&flow->limits);
	flow->node.next = flow->node.others[1];
	flow->node.others[1] = NULL;
	flow->node.kind = flow->node.kind == MY_KIND_SOME ? MY_KIND_LAST : MY_KIND_SOME;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
