/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Uses an outer map before anything else. It never names inner maps or their types. */
#include "nested_maps.bpf.h"

SEC("xdp")
int first(struct xdp_md *ctx)
{
	(void)ctx;
	return hash_of_recents_lookup(0) || array_of_hashes_lookup(0) ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") __weak = "Dual BSD/GPL";
