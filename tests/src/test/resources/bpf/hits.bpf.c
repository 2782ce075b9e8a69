/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts its runs. The build defines its section and its return value. */
#include "hits.bpf.h"

SEC(SECTION)
int count_hit(void *ctx)
{
	__u64 *count = hit_lookup(0);

	(void)ctx;
	if (count)
		__sync_fetch_and_add(count, 1);
	return RESULT;
}

char _license[] SEC("license") = "GPL";
