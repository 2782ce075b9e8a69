/* SPDX-License-Identifier: GPL-2.0 */
#include "union_types.bpf.h"

static __always_inline struct event *find(void)
{
	struct pair key = {
		.family = 10,
		.source.v6.in6_u.u6_addr8 = {0x20, 1, [15] = 1},
		.destination.v6.in6_u.u6_addr8 = {0x20, 1, [15] = 2},
		.port = __builtin_bswap16(443),
	};
	struct event_map *events = group_lookup(7);

	return events ? event_lookup(events, &key) : NULL;
}

SEC("xdp")
int move(struct xdp_md *ctx)
{
	struct event *e = find();

	(void)ctx;
	if (!e)
		return XDP_DROP;
	e->kind = KIND_MOVED;
	__builtin_memcpy(e->detail.moved_to, "\1\2\3", 3);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
