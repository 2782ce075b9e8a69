/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Selects the outer map by the size of the table to look up. */
#include "unwinding.bpf.h"

static __always_inline struct stack_delta_map *deltas_of(__u64 exe, __u32 bits)
{
	switch (bits) {
	case 8:
		return exe_id_to_8_stack_deltas_lookup(exe);
	case 9:
		return exe_id_to_9_stack_deltas_lookup(exe);
	case 10:
		return exe_id_to_10_stack_deltas_lookup(exe);
	default:
		return NULL;
	}
}

/* Returns the sum of the last entries of the executable 7. */
SEC("xdp")
int sum(struct xdp_md *ctx)
{
	int sum = 0;
	__u32 bits;

	(void)ctx;
	for (bits = 8; bits < 12; bits++) {
		struct stack_delta_map *deltas = deltas_of(7, bits);
		struct stack_delta *last = deltas ? stack_delta_lookup(deltas, (1 << bits) - 1) : NULL;

		if (last)
			sum += last->address_low;
	}
	return sum;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
