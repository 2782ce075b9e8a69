/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "tracked_connections.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct tuple4) == 14 && sizeof(struct tuple6) == 38, "packed");
_Static_assert(sizeof(struct connection) == 56, "as the tracker has it");

EXCHANGE("tc")
{
	struct tuple4 tuple4 = { .daddr = bpf_htonl(0xc0000201), .dport = bpf_htons(443), .nexthdr = 6, .flags = 1 };
	struct tuple6 tuple6 = { .daddr.addr = { 0xfd, [15] = 1 }, .sport = bpf_htons(80), .flags = 255 };
	struct tcp6_map *cluster = per_cluster_tcp6_lookup(255);
	struct connection answer = {};
	struct connection *c;

	c = per_cluster_tcp4_tcp4_lookup(2, &tuple4);
	EXPECT(c && c->backend_id == ~0ULL && c->packets == 5 && c->rx_closing && !c->tx_closing && c->auth);
	EXPECT(c->spare == 31 && c->nat_port == bpf_htons(8080) && c->last_rx_report == 4000000000);
	EXPECT(!per_cluster_tcp4_lookup(3));
	EXPECT(cluster);
	answer.nat_addr.d2 = 0x0102030405060708ULL;
	answer.dsr = 1;
	answer.spare = 21;
	answer.rx_flags_seen = 200;
	EXPECT(!tcp6_update(cluster, &tuple6, &answer, BPF_NOEXIST));
	return 0;
}
