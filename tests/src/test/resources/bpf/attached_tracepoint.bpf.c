/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts the files that watched threads open. Attached to the tracepoint of the system call. */
#include "attached.h"

SEC("tp/syscalls/sys_enter_openat")
int open(void *ctx)
{
	__u32 tenant = tenant_of_this_thread();

	(void)ctx;
	if (tenant)
		count_opened(tenant);
	return 0;
}
