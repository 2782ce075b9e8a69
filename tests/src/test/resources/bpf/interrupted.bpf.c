/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Two programs that count in the same per-CPU maps. -DFIRST and -DSECOND are their sections, -DRESULT is what they return. */
#include "interrupted.bpf.h"

static __always_inline int count(void)
{
	volatile __u64 *plain = plain_lookup(0);
	__u64 before;

	(void)run_add(0, 1);
	(void)by_helper_add(0, 1);
	if (plain) {
		before = *plain;
		for (int i = 0; i < 100; i++)
			bpf_ktime_get_ns(); /* a program that does something between its read and its write */
		*plain = before + 1;
	}
	return RESULT;
}

SEC(FIRST)
int first(void *ctx)
{
	(void)ctx;
	return count();
}

SEC(SECOND)
int second(void *ctx)
{
	(void)ctx;
	return count();
}

char _license[] SEC("license") = "GPL";
