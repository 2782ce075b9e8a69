/* SPDX-License-Identifier: GPL-2.0 */
/* A congestion control of TCP: Reno, which counts connections and acknowledged segments by local port. */
#include "congestion.bpf.h"
#include <bpf/bpf_tracing.h>

/* BPF_PROG makes a parameter ctx, which these functions do not use. */
#pragma clang diagnostic ignored "-Wunused-parameter"

#ifndef SECTION
#define SECTION ".struct_ops"
#endif
#ifndef NAME
#define NAME "nestmap_cc"
#endif
#ifndef TYPE
#define TYPE tcp_congestion_ops
#endif

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct sock_common {
	__u16 skc_num;
};
struct sock {
	struct sock_common __sk_common;
};
#pragma clang attribute pop

/* libbpf finds the members in the kernel's struct by their names. */
struct TYPE {
	__u32 flags;
	void (*init)(struct sock *sk);
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
#ifdef UNKNOWN_MEMBER
	__u32 (*no_such_member)(struct sock *sk);
#endif
	char name[16];
};

extern __u32 tcp_reno_ssthresh(struct sock *sk) __ksym;
extern void tcp_reno_cong_avoid(struct sock *sk, __u32 ack, __u32 acked) __ksym;
extern __u32 tcp_reno_undo_cwnd(struct sock *sk) __ksym;

static void count(struct sock *sk, __u64 connections, __u64 segments)
{
	__u32 port = sk->__sk_common.skc_num;
	struct connections init = {}, *entry;

	entry = connections_lookup_or_init(port, &init);
	if (entry) {
		__sync_fetch_and_add(&entry->count, connections);
		__sync_fetch_and_add(&entry->segments, segments);
	}
}

SEC("struct_ops/init")
void BPF_PROG(on_start, struct sock *sk)
{
	count(sk, 1, 0);
}

#ifndef INCOMPLETE
SEC("struct_ops/ssthresh")
__u32 BPF_PROG(threshold, struct sock *sk)
{
	return tcp_reno_ssthresh(sk);
}
#endif

SEC("struct_ops/cong_avoid")
void BPF_PROG(on_ack, struct sock *sk, __u32 ack, __u32 acked)
{
	count(sk, 0, acked);
	tcp_reno_cong_avoid(sk, ack, acked);
}

SEC("struct_ops/undo_cwnd")
__u32 BPF_PROG(undo, struct sock *sk)
{
	return tcp_reno_undo_cwnd(sk);
}

#ifdef UNKNOWN_MEMBER
SEC("struct_ops/no_such_member")
__u32 BPF_PROG(unknown, struct sock *sk)
{
	return 0;
}
#endif

SEC(SECTION)
struct TYPE counted = {
	.init = (void *)on_start,
#ifndef INCOMPLETE
	.ssthresh = (void *)threshold,
#endif
	.cong_avoid = (void *)on_ack,
	.undo_cwnd = (void *)undo,
#ifdef UNKNOWN_MEMBER
	.no_such_member = (void *)unknown,
#endif
	.flags = 1, /* TCP_CONG_NON_RESTRICTED: every network namespace may choose it */
	.name = NAME,
};

#ifdef IN_NO_STRUCT
SEC("struct_ops/ssthresh")
__u32 BPF_PROG(in_no_struct, struct sock *sk)
{
	return 0;
}
#endif

#ifdef BOTH_SECTIONS
SEC(".struct_ops")
struct TYPE plain = {
	.ssthresh = (void *)threshold,
	.name = "plain",
};
#endif

char _license[] SEC("license") = "GPL";
