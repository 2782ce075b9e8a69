/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Uses the header of a top-level record, which includes the header of another one. */
#include "client.bpf.h"
#include <bpf/bpf_endian.h>

/* Counts at port 443 of client 127.0.0.1. */
SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u64 *packets = client_session_lookup(bpf_htonl(0x7f000001), bpf_htons(443));

	(void)ctx;
	if (!packets)
		return XDP_DROP;
	__sync_fetch_and_add(packets, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
