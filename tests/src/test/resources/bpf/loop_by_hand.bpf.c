/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The loop as one would first write it by hand: the key's address is the address of the loop counter.
 * So the counter lives on the stack. When a kernel helper has read it there, the verifier forgets its
 * bounds and refuses the program as too complex.
 */
#include "nested_maps.bpf.h"

SEC("xdp")
int sum(struct xdp_md *ctx)
{
	struct place place = { .number = ctx->rx_queue_index };
	__u64 sum = 0;

	for (__u32 id = 0; id < 256; id++) {
		struct hashed_map *hasheds = bpf_map_lookup_elem(&hash_of_hashes, &id);
		__u64 *count;

		if (!hasheds)
			continue;
		count = bpf_map_lookup_elem(hasheds, &place);
		if (count)
			sum += *count;
	}
	return sum > 1000 ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
