/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A program with a function, and programs that replace or trace it. Those count their runs. */
#include "hits.bpf.h"

__attribute__((noinline)) int verdict(struct xdp_md *context)
{
	volatile int pass = XDP_PASS; /* otherwise the compiler puts the result into the caller */

	(void)context;
	return pass;
}

SEC("?xdp")
int filter(struct xdp_md *context)
{
	return verdict(context);
}

static void count(void)
{
	__u64 *count = hit_lookup(0);

	if (count)
		__sync_fetch_and_add(count, 1);
}

SEC("?freplace/verdict")
int replacement(struct xdp_md *context)
{
	(void)context;
	count();
	return XDP_DROP;
}

SEC("?freplace")
int nameless(struct xdp_md *context)
{
	(void)context;
	return XDP_DROP;
}

SEC("?freplace/other")
int stranger(struct xdp_md *context)
{
	(void)context;
	return XDP_DROP;
}

SEC("?lsm/file_open")
int hook(void *context)
{
	(void)context;
	return 0;
}

SEC("?fmod_ret/verdict")
int verdict_changer(void *context)
{
	(void)context;
	return 0;
}

SEC("?fentry/verdict")
int entry(void *context)
{
	(void)context;
	count();
	return 0;
}

SEC("?fexit/filter")
int exit_of_program(void *context)
{
	(void)context;
	count();
	return 0;
}

char _license[] SEC("license") = "GPL";
