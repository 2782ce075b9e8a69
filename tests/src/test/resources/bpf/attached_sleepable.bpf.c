/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts like attached_lsm.bpf.c, in a program that may sleep. */
#include "attached.h"

SEC("lsm.s/file_open")
int open(unsigned long long *ctx)
{
	__u32 tenant = tenant_of_this_thread();

	(void)ctx;
	if (tenant)
		count_opened(tenant);
	return 0;
}
