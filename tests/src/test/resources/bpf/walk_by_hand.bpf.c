/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Does what walk_by_helper.bpf.c does, with handwritten functions of the same signatures. */
#include "walks.bpf.h"

static __always_inline struct visit_map *find_visits(__u32 key)
{
	struct visit_map *map = bpf_map_lookup_elem(&visits, &key);

	if (!map && nestmap_lookup_again) /* before Linux 6.16, a lookup can miss a key whose map is just being replaced */
		map = bpf_map_lookup_elem(&visits, &key);
	return map;
}

static __always_inline struct share_map *find_shares(__u32 key)
{
	struct share_map *map = bpf_map_lookup_elem(&shares, &key);

	if (!map && nestmap_lookup_again) /* before Linux 6.16, a lookup can miss a key whose map is just being replaced */
		map = bpf_map_lookup_elem(&shares, &key);
	return map;
}

static __always_inline long by_hand(__u32 visits_key,
				    long (*callback)(struct visit_map *, const struct address *, __u64 *, void *),
				    void *context)
{
	struct visit_map *map = find_visits(visits_key);

	return map ? bpf_for_each_map_elem(map, callback, context, 0) : -2;
}

/* A failed update is counted, as the helpers count it. */
static __always_inline void count(__u32 number)
{
	__u64 *found = bpf_map_lookup_elem(&visits_uncounted, &number);

	if (found)
		__sync_fetch_and_add(found, 1);
}

static __always_inline int update_one(struct visit_map *map, const struct address *key, __u64 value, __u64 flags)
{
	int error = bpf_map_update_elem(map, key, &value, flags);

	if (error && error != -17 && error != -2)
		count(0);
	return error;
}

static __always_inline int update_by_hand(__u32 visits_key, const struct address *key, __u64 value, __u64 flags)
{
	struct visit_map *map = find_visits(visits_key);

	if (!map) {
		count(1);
		return -2;
	}
	return update_one(map, key, value, flags);
}

static __always_inline __u64 *share_of(struct share_map *map, __u32 index, __u32 cpu)
{
	return bpf_map_lookup_percpu_elem(map, &index, cpu);
}

static __always_inline __u64 *share_by_hand(__u32 shares_key, __u32 index, __u32 cpu)
{
	struct share_map *map = find_shares(shares_key);

	return map ? share_of(map, index, cpu) : NULL;
}

static long add(struct visit_map *map, const struct address *address, __u64 *packets, void *context)
{
	(void)map;
	(void)address;
	*(__u64 *)context += *packets;
	return 0;
}

SEC("tc")
int walk(struct __sk_buff *skb)
{
	struct address address = {.host = skb->len};
	__u64 sum = 0, *share;
	long seen = by_hand(skb->mark, add, &sum);

	seen += update_by_hand(skb->mark, &address, sum, BPF_ANY);
	share = share_by_hand(skb->mark, 3, 0);
	return seen + sum + (share ? *share : 0);
}

char _license[] SEC("license") = "GPL";
