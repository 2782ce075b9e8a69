/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Iterates, updates and looks up through both levels by the helpers. walk_by_hand.bpf.c does the same
 * without them.
 */
#include "walks.bpf.h"

static long add(struct visit_map *map, const struct address *address, __u64 *count, void *context)
{
	(void)map;
	(void)address;
	*(__u64 *)context += *count;
	return 0;
}

SEC("tc")
int walk(struct __sk_buff *skb)
{
	struct address address = {.host = skb->len};
	__u64 sum = 0, *share;
	long seen = visits_visit_for_each(skb->mark, add, &sum);

	seen += visits_visit_update(skb->mark, &address, sum, BPF_ANY);
	share = shares_share_lookup_percpu(skb->mark, 3, 0);
	return seen + sum + (share ? *share : 0);
}

char _license[] SEC("license") = "GPL";
