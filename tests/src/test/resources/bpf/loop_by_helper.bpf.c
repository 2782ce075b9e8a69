/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Sums up 256 inner maps through the generated helpers. The verifier accepts it. */
#include "nested_maps.bpf.h"

SEC("xdp")
int sum(struct xdp_md *ctx)
{
	struct place place = { .number = ctx->rx_queue_index };
	__u64 sum = 0;

	for (__u32 id = 0; id < 256; id++) {
		__u64 *count = hash_of_hashes_hashed_lookup(id, &place);

		if (count)
			sum += *count;
	}
	return sum > 1000 ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
