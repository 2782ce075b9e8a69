/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Counts packets in the inner map at key 1. LATER selects the records of the later version. With FULL, the length of a packet chooses
 * one of three tenants, and one of twice as many entries as a map has room for. STRUCT adds a congestion control of TCP, whose functions use
 * the map, too.
 */
#ifdef LATER
#include "upgraded_later.bpf.h"
#else
#include "upgraded.bpf.h"
#endif

#ifdef FULL
SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 bytes = ctx->data_end - ctx->data;
	struct count by = { .packets = 1, .bytes = bytes };

	tenant_count_add(bytes % 3, bytes / 3 % 32, &by);
	return XDP_PASS;
}
#else
SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct count_map *counts = tenant_lookup(1);
	struct count init = {}, *count;

	if (!counts)
		return XDP_PASS;
	count = count_lookup_or_init(counts, 0, &init);
#ifndef REJECTED /* by the verifier, because the pointer may be NULL */
	if (!count)
		return XDP_PASS;
#endif
	__sync_fetch_and_add(&count->bytes, ctx->data_end - ctx->data);
	__sync_fetch_and_add(&count->packets, 1);
	return XDP_PASS;
}
#endif

SEC("raw_tp")
int trace(void *ctx)
{
	(void)ctx;
	return 0;
}

#ifdef SLEEPABLE
SEC("syscall")
int audit(void *ctx)
{
	(void)ctx;
	return tenant_lookup(1) != NULL && all_lookup(0) != NULL;
}
#endif

#ifdef WATCH /* its section: a sleepable program in one version, and not in the other one */
SEC(WATCH)
int watch(void *ctx)
{
	(void)ctx;
	return tenant_lookup(1) != NULL && all_lookup(0) != NULL;
}
#endif

#ifdef STRUCT
struct sock;

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

SEC("struct_ops/ssthresh")
int threshold(void *ctx)
{
	(void)ctx;
	return tenant_lookup(1) ? 2 : 3;
}

SEC("struct_ops/cong_avoid")
void on_ack(void *ctx)
{
	(void)ctx;
}

SEC("struct_ops/undo_cwnd")
int undo(void *ctx)
{
	(void)ctx;
	return 2;
}

SEC(".struct_ops.link")
struct tcp_congestion_ops control = {
	.ssthresh = (void *)threshold,
	.cong_avoid = (void *)on_ack,
	.undo_cwnd = (void *)undo,
	.name = "nestmap_up",
};
#endif

char _license[] SEC("license") = "GPL";
