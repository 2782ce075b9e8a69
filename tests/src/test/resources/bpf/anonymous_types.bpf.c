/* SPDX-License-Identifier: GPL-2.0 */
#include "anonymous_types.bpf.h"

static __always_inline int count_in(struct flow_map *flows, const struct flow_key *key)
{
	struct flow *flow = flow_lookup(flows, key);

	if (!flow)
		return 0;
	flow->since = 9;
	flow->packets++;
	flow->bytes += 60;
	flow->total.bytes++;
	return 1;
}

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct flow_key v4 = {
		.src = __builtin_bswap32(0xc0000201),
		.dst = __builtin_bswap32(0xc0000202),
		.sport = __builtin_bswap16(443),
		.dport = __builtin_bswap16(51000),
		.proto = 6,
	};
	struct flow_key v6 = {
		.srcv6 = {0x20, 1, 0x0d, 0xb8, [15] = 1},
		.dstv6 = {0x20, 1, 0x0d, 0xb8, [15] = 2},
		.both = __builtin_bswap32(443u << 16 | 51000),
		.proto = 17,
		.v6 = 1,
	};
	struct flow_map *flows = server_lookup(7);

	(void)ctx;
	if (!flows)
		return XDP_ABORTED;
	return count_in(flows, &v4) + count_in(flows, &v6);
}

char _license[] SEC("license") = "GPL";
