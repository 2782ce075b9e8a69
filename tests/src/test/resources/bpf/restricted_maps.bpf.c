/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* One program that uses one map: -DSECTION sets its section, -DOUTER or -DPLAIN the name of the map. */
#include "restricted_maps.bpf.h"

SEC(SECTION)
int use(void *ctx)
{
	__u32 key[2] = {};

	(void)ctx;
#ifdef OUTER
	return bpf_map_lookup_elem(&OUTER, key) != NULL;
#else
	return bpf_map_lookup_elem(&PLAIN, key) != NULL;
#endif
}

char LICENSE[] SEC("license") = "GPL";
