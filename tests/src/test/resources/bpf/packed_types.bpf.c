/* SPDX-License-Identifier: GPL-2.0 */
#include "packed_types.bpf.h"

SEC("xdp")
int touch(struct xdp_md *ctx)
{
	struct tuple key = {.source = 0x0100007f, .destination = 0x0200007f, .protocol = 6, .flags = 1};
	struct connection_map *connections = cluster_lookup(7);
	struct connection *c;

	(void)ctx;
	if (!connections)
		return XDP_ABORTED;
	c = connection_lookup(connections, &key);
	if (!c)
		return XDP_DROP;
	c->packets++;
	c->closing = !c->closing;
	c->seen = !c->seen;
	c->rest = c->rest + 1;
	c->mode = c->mode == MODE_OFF ? MODE_ON : MODE_AUTO;
	c->delta = -c->delta;
	c->wide = c->wide ^ 0xffffffffffULL;
	c->after++;
	c->total = c->total + 1;
	c->balance = -c->balance;
	c->aligned++;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
