/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts its runs, or adds up another expression. The build defines its section and its return value. */
#ifdef WITH_USDT
#include <linux/types.h>
#include <linux/ptrace.h>
#include <stdbool.h>
#endif
#include "hits.bpf.h"
#ifdef WITH_USDT
#include <bpf/usdt.bpf.h>
#endif

#ifndef ADDS
#define ADDS 1
#endif

SEC(SECTION)
int count_hit(void *ctx)
{
	__u64 *count = hit_lookup(0);

	(void)ctx;
	if (count)
		__sync_fetch_and_add(count, ADDS);
	return RESULT;
}

#ifdef WITH_SIBLINGS
/* The kernel keeps the same part of both names. */
SEC(SECTION)
int count_hits_of_ipv4(void *ctx)
{
	(void)ctx;
	return RESULT;
}

SEC(SECTION)
int count_hits_of_ipv6(void *ctx)
{
	(void)ctx;
	return RESULT;
}
#endif

char _license[] SEC("license") = "GPL";
