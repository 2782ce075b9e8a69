/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "translated_addresses.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct nat_info) == 18 && sizeof(struct snat) == 56, "as the balancer has it");

EXCHANGE("tc")
{
	struct tuple6 tuple = { .saddr.p4 = bpf_htonl(1), .nexthdr = 17 };
	struct snat answer = { .common.created = 3, .to_daddr.addr = { [15] = 2 }, .to_dport = bpf_htons(53) };
	struct snat_map *cluster = per_cluster_snat_lookup(1);
	struct snat *snat;

	EXPECT(cluster);
	snat = snat_lookup(cluster, &tuple);
	EXPECT(snat && snat->common.pad2 == ~0ULL && snat->to_saddr.addr[0] == 0xfd && snat->to_sport == bpf_htons(65535));
	EXPECT(snat->nat_info.port == snat->to_sport);
	tuple.flags = 1;
	EXPECT(!snat_update(cluster, &tuple, &answer, BPF_NOEXIST));
	return 0;
}
