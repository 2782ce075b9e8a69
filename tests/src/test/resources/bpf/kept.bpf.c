/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts packets in the inner map at key 1. VERSION is the header of one version of the records. */
#include VERSION

static void add(__u64 bytes)
{
	struct count_map *counts = tenant_lookup(1);
	struct count init = {}, *count;

	if (!counts)
		return;
	count = count_lookup_or_init(counts, 0, &init);
	if (!count)
		return;
	__sync_fetch_and_add(&count->packets, 1);
	__sync_fetch_and_add(&count->bytes, bytes);
}

SEC("xdp")
int count(struct xdp_md *ctx)
{
	add(ctx->data_end - ctx->data);
	return XDP_PASS;
}

SEC("?raw_tp")
int trace(void *ctx)
{
	(void)ctx;
	add(0);
	return 0;
}

SEC("?kprobe")
int probe(void *ctx)
{
	(void)ctx;
	return 0;
}

char _license[] SEC("license") = "GPL";
