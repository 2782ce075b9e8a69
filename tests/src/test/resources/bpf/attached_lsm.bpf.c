/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts the files that watched threads open, also per file. Attached to a hook of the security modules. */
#include "attached.h"

SEC("lsm/file_open")
int open(unsigned long long *ctx)
{
	struct file *file = (struct file *)ctx[0];
	__u32 tenant = tenant_of_this_thread();
	struct file_opens_map *by_file = file_opens_by_lookup(tenant);
	__u64 *opens;

	if (!tenant)
		return 0;
	count_opened(tenant);
	opens = by_file ? file_opens_lookup_or_init(by_file, file->f_inode, 0) : NULL;
	if (opens)
		__sync_fetch_and_add(opens, 1);
	return 0;
}
