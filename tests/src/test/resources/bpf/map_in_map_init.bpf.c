/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "map_in_map_init.bpf.h"

/*
 * Does what the original does: writes to slot 0 of the array, and that number plus one to slot 0 of the
 * hash.
 */
SEC("raw_tp/sys_enter")
int handle_sys_enter(void *ctx)
{
	int *input_value = input_lookup(0);

	(void)ctx;
	if (!input_value)
		return 1;
	(void)outer_arr_inner_update(0, 0, *input_value, BPF_ANY);
	(void)outer_hash_inner_update(0, 0, *input_value + 1, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
