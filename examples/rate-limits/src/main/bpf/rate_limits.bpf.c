/* SPDX-License-Identifier: GPL-2.0-only */
/* Drops the packets of senders that are beyond their customer's limit. */
#include "rate_limits.bpf.h"
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <stdbool.h>

#define ATTEMPTS 16

/*
 * Lets a sender pay for a packet, or returns false if the sender is beyond the
 * limit. Other CPUs may handle packets of the same sender, so the new time
 * replaces only the one that it was computed from. A failed attempt means that
 * another CPU's packet was paid for. The verifier requires a bounded loop: after
 * ATTEMPTS failures, the packet is dropped.
 */
static bool pay(struct sender *sender, const struct limit *limit)
{
	__u64 interval = limit->interval, burst = limit->burst;
	__u64 now = bpf_ktime_get_ns();

	for (int i = 0; i < ATTEMPTS; i++) {
		__u64 old = *(volatile __u64 *)&sender->paid_until;
		__u64 new = (old > now ? old : now) + interval;

		if (new > now + burst)
			return false;
		if (__sync_bool_compare_and_swap(&sender->paid_until, old, new))
			return true;
	}
	return false;
}

SEC("xdp")
int limit_senders(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct sender init = {}, *sender;
	struct sender_map *senders;
	struct limit *limit;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	limit = limit_lookup(ip->daddr);
	senders = customer_lookup(ip->daddr);
	if (!limit || !senders)
		return XDP_PASS; /* not a customer */
	sender = sender_lookup_or_init(senders, ip->saddr, &init);
	if (!sender)
		return XDP_PASS;
	if (!pay(sender, limit)) {
		__sync_fetch_and_add(&sender->dropped, 1);
		return XDP_DROP;
	}
	__sync_fetch_and_add(&sender->passed, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
