/* SPDX-License-Identifier: GPL-2.0 */
#include "shared_counters.bpf.h"

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u64 *packets = shared_lookup(1);

	(void)ctx;
	return packets && group_lookup(1) ? (int)++*packets : 0;
}

char LICENSE[] SEC("license") = "GPL";
