/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "multicast_groups.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct subscriber) == 12, "as the groups have it");

EXCHANGE("tc")
{
	struct subscriber_map *group = group_lookup(bpf_htonl(0xe0000001));
	struct subscriber answer = { .saddr = bpf_htonl(0xc0000202), .ifindex = 4000000000, .flags = 200 };
	struct subscriber *subscriber;

	EXPECT(group);
	subscriber = subscriber_lookup(group, bpf_htonl(0xc0000201));
	EXPECT(subscriber && subscriber->ifindex == 2 && subscriber->flags == 1);
	EXPECT(!subscriber_update(group, bpf_htonl(0xc0000202), &answer, BPF_NOEXIST));
	return 0;
}
