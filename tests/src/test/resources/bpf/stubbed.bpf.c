/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A stub that stays attached, and the program that it jumps to. The build defines the section, which events are counted, and the return
 * value.
 */
#include "stubbed.bpf.h"

#define IS_OF_PROCESS (bpf_get_current_pid_tgid() >> 32 == config.process)

#ifndef RESULT
#define RESULT 0
#endif

SEC(SECTION)
int stub(void *ctx)
{
	bpf_tail_call(ctx, &current, 0);
	return RESULT; /* no program is in the slot yet */
}

SEC(SECTION)
int count(void *ctx)
{
	__u64 *calls;

	(void)ctx;
	if (!(IS_COUNTED))
		return RESULT;
	calls = calls_lookup(config.version);
	if (calls)
		__sync_fetch_and_add(calls, 1);
	return RESULT;
}

char _license[] SEC("license") = "GPL";
