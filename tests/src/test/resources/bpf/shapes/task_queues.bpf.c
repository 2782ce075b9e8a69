/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "task_queues.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("raw_tp")
{
	__u32 pid = 0;
	struct task_map *first = queues_lookup(0);
	struct task_map *last = queues_lookup(4);

	EXPECT(first && last);
	EXPECT(!task_pop(first, &pid) && pid == 4000000000);
	EXPECT(task_pop(first, &pid));
	EXPECT(!task_push(last, 7, 0));
	EXPECT(!task_push(last, 8, 0));
	return 0;
}
