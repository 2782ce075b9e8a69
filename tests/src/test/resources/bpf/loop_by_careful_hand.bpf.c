/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The loop by hand, with the signature and the meaning of the helpers: the counter is passed by value, and
 * only a copy has an address; the padding of the other key is cleared.
 */
#include "nested_maps.bpf.h"

static __always_inline struct hashed_map *find(__u32 id)
{
	struct hashed_map *hasheds = bpf_map_lookup_elem(&hash_of_hashes, &id);

	if (!hasheds && nestmap_lookup_again) /* before Linux 6.16, a lookup can miss a key whose map is just being replaced */
		hasheds = bpf_map_lookup_elem(&hash_of_hashes, &id);
	return hasheds;
}

static __always_inline __u64 *by_hand(__u32 id, const struct place *place)
{
	struct hashed_map *hasheds = find(id);
	struct place cleared;

	if (!hasheds)
		return NULL;
	__builtin_memset(&cleared, 0, sizeof(cleared));
	cleared.number = place->number;
	cleared.letter = place->letter;
	return bpf_map_lookup_elem(hasheds, &cleared);
}

SEC("xdp")
int sum(struct xdp_md *ctx)
{
	struct place place = { .number = ctx->rx_queue_index };
	__u64 sum = 0;

	for (__u32 id = 0; id < 256; id++) {
		__u64 *count = by_hand(id, &place);

		if (count)
			sum += *count;
	}
	return sum > 1000 ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
