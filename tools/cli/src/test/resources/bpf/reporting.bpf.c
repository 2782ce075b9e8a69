/* SPDX-License-Identifier: GPL-2.0 */
/* Misses inner maps, fills them, and writes more events than fit into a buffer. */
#include "reporting.bpf.h"

struct packet {
	__u32 outer, inner;
};

SEC("xdp")
int miss(struct xdp_md *ctx)
{
	struct packet *packet = (void *)(long)ctx->data;

	if ((void *)(packet + 1) > (void *)(long)ctx->data_end)
		return -1;
	return guest_lookup_or_request(packet->outer) ? 1 : 0;
}

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct packet *packet = (void *)(long)ctx->data;

	if ((void *)(packet + 1) > (void *)(long)ctx->data_end)
		return -1;
	tenant_hit_add(packet->outer, packet->inner, 1);
	return 0;
}

SEC("xdp")
int write_events(struct xdp_md *ctx)
{
	(void)ctx;
	(void)opened_output(1, BPF_RB_NO_WAKEUP);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
