/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "down_backends.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct vip_key) == 20, "as the balancer has it");

EXCHANGE("tc")
{
	struct vip_key vip = { .vipv6 = { 0x20, [15] = 1 }, .port = bpf_htons(443), .proto = 6 };
	struct down_map *downs = vip_lookup(&vip);
	__u8 *down;

	EXPECT(downs);
	down = down_lookup(downs, 4000000000);
	EXPECT(down && *down == 255);
	EXPECT(!down_update(downs, 7, 3, BPF_NOEXIST));
	return 0;
}
