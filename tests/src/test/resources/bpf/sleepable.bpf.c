/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A sleepable program that uses one of the outer maps. */
#include "nested_maps.bpf.h"

SEC("syscall")
int audit(void *ctx)
{
	(void)ctx;
	return hash_of_hashes_lookup(1) != NULL;
}

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	(void)ctx;
	return array_of_slots_lookup(1) ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
