/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Is linked with another file that includes the same header. */
#include "nested_maps.bpf.h"

SEC("xdp")
int second(struct xdp_md *ctx)
{
	struct place place = { .number = 3, .letter = 'x' };
	__u64 *count = hash_of_hashes_hashed_lookup(1, &place);

	(void)ctx;
	return count ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") __weak = "Dual BSD/GPL";
