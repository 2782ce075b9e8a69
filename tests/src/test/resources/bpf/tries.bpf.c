/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Uses LPM tries: plain maps, and inner maps of both types of outer map. */
#include "tries.bpf.h"
#include <bpf/bpf_endian.h>

/*
 * Looks up 10.1.2.3 and other addresses, counts the entries found, and reports by bits what was not as
 * expected.
 */
SEC("xdp")
int find(struct xdp_md *ctx)
{
	struct ipv4_prefix host = {.prefixlen = 32, .addr = bpf_htonl(0x0a010203)};
	struct ipv4_prefix ten = {.prefixlen = 8, .addr = bpf_htonl(0x0a000000)};
	struct ipv4_prefix half = {.prefixlen = 9, .addr = bpf_htonl(0x0a000000)};
	struct ipv6_prefix local = {.prefixlen = 128};
	struct bits name = {.length = 40, .bits = {0xaf}};
	struct route added = {.via = 3};
	struct route_map *routes;
	struct route *route;
	__u32 *via;

	(void)ctx;
	route = routes_by_route_lookup(1, &host);
	if (!route || route->via != 1)
		return 1;
	/* An atomic instruction could crash the kernel: after a key of 4 bytes, a value does not begin at a multiple of 8. */
	route->packets++;
	routes = routes_at_lookup(2);
	if (!routes)
		return 2;
	route = route_lookup(routes, &host);
	if (!route || route->via != 2)
		return 3;
	route->packets++;
	if (route_update(routes, &host, &added, BPF_NOEXIST))
		return 4;
	route = route_lookup(routes, &host);
	if (!route || route->via != 3)
		return 5;
	if (routes_at_route_lookup(2, &ten))
		return 6;
	if (!blocked_lookup(&host) || blocked_delete(&ten) || blocked_lookup(&host))
		return 7;
	if (blocked_update(&half, 1, BPF_ANY))
		return 8;
	local.addr.in6_u.u6_addr8[0] = 0xfe;
	local.addr.in6_u.u6_addr8[1] = 0x80;
	via = route6_lookup(&local);
	if (!via || *via != 7)
		return 9;
	via = name_lookup(&name);
	if (!via || *via != 9)
		return 10;
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
