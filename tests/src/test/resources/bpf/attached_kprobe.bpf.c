/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts the files that watched threads open. Attached by a kprobe. */
#include "attached.h"

SEC("kprobe/security_file_open")
int open(struct pt_regs *ctx)
{
	__u32 tenant = tenant_of_this_thread();

	(void)ctx;
	if (tenant)
		count_opened(tenant);
	return 0;
}
