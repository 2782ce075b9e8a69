/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts packets in inner maps that user space creates when a program first misses them. */
#include "demand.bpf.h"

struct request {
	__u32 outer;
	__u32 inner;
	__u64 rest; /* the kernel requires packets of at least an Ethernet header */
};

/* Returns 1 if it has counted, 0 if there was no inner map. */
SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct request *request = (void *)(long)ctx->data;
	struct visit_map *visits;
	__u64 *packets;

	if ((void *)(request + 1) > (void *)(long)ctx->data_end)
		return -1;
	visits = tenant_lookup_or_request(request->outer);
	if (!visits)
		return 0;
	packets = visit_lookup_or_init(visits, request->inner, 0);
	if (!packets)
		return -1;
	__sync_fetch_and_add(packets, 1);
	return 1;
}

/* Counts in an array of arrays. */
SEC("xdp")
int count_by_index(struct xdp_md *ctx)
{
	struct request *request = (void *)(long)ctx->data;
	struct cell_map *cells;
	__u64 *packets;

	if ((void *)(request + 1) > (void *)(long)ctx->data_end)
		return -1;
	cells = lane_lookup_or_request(request->outer);
	packets = cells ? cell_lookup(cells, request->inner) : NULL;
	if (!packets)
		return 0;
	__sync_fetch_and_add(packets, 1);
	return 1;
}

/* Counts in a pinned map with a compound key. */
SEC("xdp")
int count_pinned(struct xdp_md *ctx)
{
	struct request *request = (void *)(long)ctx->data;
	struct site_key key = {};
	struct visit_map *visits;
	__u64 *packets;

	if ((void *)(request + 1) > (void *)(long)ctx->data_end)
		return -1;
	key.customer = request->outer;
	key.region = 7;
	visits = site_lookup_or_request(&key);
	if (!visits)
		return 0;
	packets = visit_lookup_or_init(visits, request->inner, 0);
	if (!packets)
		return -1;
	__sync_fetch_and_add(packets, 1);
	return 1;
}

/* Counts in a pinned map with room for many requests. */
SEC("xdp")
int count_guest(struct xdp_md *ctx)
{
	struct request *request = (void *)(long)ctx->data;
	struct visit_map *visits;
	__u64 *packets;

	if ((void *)(request + 1) > (void *)(long)ctx->data_end)
		return -1;
	visits = guest_lookup_or_request(request->outer);
	if (!visits)
		return 0;
	packets = visit_lookup_or_init(visits, request->inner, 0);
	if (!packets)
		return -1;
	__sync_fetch_and_add(packets, 1);
	return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
