/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "traced_containers.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("tc")
{
	struct syscall_map *calls = containers_lookup(~0ULL);
	struct syscall call = {.mnt_ns = ~0ULL, .number = 7};

	EXPECT(calls);
	EXPECT(!syscall_perf_output(calls, ctx, &call));
	EXPECT(containers_syscall_perf_output(1, ctx, &call) == -2);
	return 0;
}
