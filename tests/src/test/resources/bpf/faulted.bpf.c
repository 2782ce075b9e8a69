/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts each packet in an array, and reports it as an event of both kinds. */
#include "faulted.bpf.h"

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u64 *runs = run_lookup(0);
	__u64 number;

	if (!runs)
		return XDP_PASS;
	number = __sync_fetch_and_add(runs, 1);
	(void)packet_output(number, 0);
	traced_perf_output(ctx, number);
	return XDP_PASS;
}

SEC("raw_tp/sys_enter")
int trace(void *ctx)
{
	(void)ctx;
	return 0;
}

char _license[] SEC("license") = "GPL";
