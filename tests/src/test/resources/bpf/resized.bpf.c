/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts packets of random peers, so that the maps grow all the time. EARLIER selects the maps of the earlier version, without a program. */
#ifdef EARLIER
#include "resized_earlier.bpf.h"
#else
#include "resized.bpf.h"

struct request {
	__u32 tenant;
	__u32 peers;
	__u64 rest; /* the kernel requires packets of at least an Ethernet header */
};

/* Returns in how many maps it has counted. */
SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct request *request = (void *)(long)ctx->data;
	struct peer_map *peers;
	__u64 *packets;
	__u32 id;
	int counted = 0;

	if ((void *)(request + 1) > (void *)(long)ctx->data_end)
		return -1;
	id = bpf_get_prandom_u32() & (request->peers - 1);
	peers = peers_by_lookup(request->tenant);
	packets = peers ? peer_lookup_or_init(peers, id, 0) : 0;
	if (packets) {
		__sync_fetch_and_add(packets, 1);
		counted++;
	}
	peers = peers_at_lookup(request->tenant);
	packets = peers ? peer_lookup_or_init(peers, id, 0) : 0;
	if (packets) {
		__sync_fetch_and_add(packets, 1);
		counted++;
	}
	return counted;
}
#endif

char LICENSE[] SEC("license") = "Dual BSD/GPL";
