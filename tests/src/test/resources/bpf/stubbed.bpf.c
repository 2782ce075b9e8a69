/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A stub that stays attached, and the program that it jumps to. The build defines the section, and which events are calls. */
#include "stubbed.bpf.h"

SEC(SECTION)
int stub(void *ctx)
{
	current_tail_call(ctx, 0);
	return 0; /* no program is in the slot yet */
}

SEC(SECTION)
int count(void *ctx)
{
	__u64 *calls;

	(void)ctx;
	if (bpf_get_current_pid_tgid() >> 32 != config.process || !(IS_CALL))
		return 0;
	calls = calls_lookup(config.version);
	if (calls)
		__sync_fetch_and_add(calls, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
