/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts its runs for tenant 1. The build defines its section and its return value. */
#include "grouped_hits.bpf.h"

SEC(SECTION)
int count_hit(void *ctx)
{
	(void)ctx;
	tenant_hit_add(1, 0, 1);
	return RESULT;
}

char _license[] SEC("license") = "GPL";
