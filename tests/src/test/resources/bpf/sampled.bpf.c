/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts packets in global variables. */
#include "sampled.bpf.h"

/* Java leaves the other variables of the sections alone. */
const volatile __u32 neighbour = 40;
static const volatile __u32 own = 41;
__hidden const volatile __u32 hidden = 42;
__u16 first_in_section = 7;
static __u64 runs __attribute__((unused)); /* only counted */

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u64 packets;

	if (sample_config.mode == MODE_READ_UNCHECKED)
		return *(char *)(long)ctx->data; /* the verifier refuses this if it is not dead */
	runs++;
	packets = __sync_fetch_and_add(&sample_stats.packets, 1);
	if (sample_config.slow) {
		for (int i = 0; i < 4; i++)
			__sync_fetch_and_add(&hits[i], packets / (i + 1));
	}
	if (packets >= limit || packets % sample_config.sample_rate)
		return XDP_PASS;
	sample_stats.last = sample_config.ports[packets & 1];
	sample_stats.change--;
	if (!gate.open)
		return XDP_DROP;
	__sync_fetch_and_add(&gate.passed, 1);
	return XDP_TX;
}

SEC("xdp")
int read_vip(struct xdp_md *ctx __attribute__((unused)))
{
	return (int)sample_config.vip;
}

SEC("xdp")
int read_others(struct xdp_md *ctx __attribute__((unused)))
{
	return neighbour + own * 100 + hidden * 10000 + first_in_section * 1000000;
}

char LICENSE[] SEC("license") = "GPL";
