/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "balanced_flows.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("xdp")
{
	struct flow_key key = {
		.src = bpf_htonl(0xc0000201),
		.dst = bpf_htonl(0xc0000202),
		.sport = bpf_htons(51000),
		.dport = bpf_htons(443),
		.proto = 6,
	};
	struct chosen answer = { .pos = 9, .atime = 0xfedcba9876543210ULL };
	struct chosen_map *flows = lru_mapping_lookup(127);
	struct chosen *chosen;
	__u32 *pos;

	EXPECT(flows);
	chosen = chosen_lookup(flows, &key);
	EXPECT(chosen && chosen->pos == 7 && chosen->atime == 1ULL << 63);
	pos = global_lru_maps_global_lookup(1, &key);
	EXPECT(pos);
	*pos = 11;
	key.src = 0;
	key.srcv6[0] = 0x20;
	key.srcv6[15] = 1;
	key.proto = 17;
	EXPECT(!chosen_update(flows, &key, &answer, BPF_NOEXIST));
	return 0;
}
