/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts calls of watched threads. -DSECTION sets where the program is attached. */
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
