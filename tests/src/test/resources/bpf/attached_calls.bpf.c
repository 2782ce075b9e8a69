/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts calls of watched threads. -DSECTION sets where the programs are attached. */
#include "attached.h"

SEC(SECTION)
int open(void *ctx)
{
	__u32 tenant = tenant_of_this_thread();

	(void)ctx;
	if (tenant)
		count_opened(tenant);
	return 0;
}

/* Counts calls for each CPU. Where other runs of this program interrupt it, the count without an atomic instruction loses some. */
SEC(SECTION)
int count_per_cpu(void *ctx)
{
	__u32 tenant = tenant_of_this_thread();
	__u64 *calls, before;

	(void)ctx;
	if (!tenant)
		return 0;
	called_by_called_add(tenant, WAY_HELPER, 1);
	calls = called_by_called_lookup_or_init(tenant, WAY_PLAIN, 0);
	if (calls) {
		before = *calls;
		bpf_ktime_get_ns();
		*calls = before + 1;
	}
	return 0;
}
