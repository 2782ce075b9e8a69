/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts the key of a packet in each outer map that has the requested inner map. */
#include "nested_maps.bpf.h"

struct request {
	__u32 outer;
	__u32 inner;
	__u64 rest; /* the kernel requires packets of at least an Ethernet header */
};

/* Returns a bit for each outer map in which it has counted, in the order of declaration. */
SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct request *request = (void *)(long)ctx->data;
	struct recent *recent, new_recent = {};
	struct hash_of_slots_key slots_key = {};
	struct place place = {};
	__u64 *number;
	int counted = 0;
	__u32 outer, inner;

	if ((void *)(request + 1) > (void *)(long)ctx->data_end)
		return -1;
	outer = request->outer;
	inner = request->inner;
	place.number = inner;
	place.letter = 'x';
	slots_key.id = outer;
	slots_key.region = 7;

	struct hashed_map *hasheds = hash_of_hashes_lookup(outer);
	number = hasheds ? hashed_lookup_or_init(hasheds, &place, 0) : NULL;
	if (number) {
		__sync_fetch_and_add(number, 1);
		counted |= 1 << 0;
	}
	struct recent_map *recents = hash_of_recents_lookup(outer);
	recent = recents ? recent_lookup_or_init(recents, &place, &new_recent) : NULL;
	if (recent) {
		__sync_fetch_and_add(&recent->count, 1);
		recent->last = 0xabcd;
		counted |= 1 << 1;
	}
	number = hash_of_slots_slot_lookup(&slots_key, inner);
	if (number) {
		__sync_fetch_and_add(number, 1);
		counted |= 1 << 2;
	}
	hasheds = array_of_hashes_lookup(outer);
	number = hasheds ? hashed_lookup_or_init(hasheds, &place, 0) : NULL;
	if (number) {
		__sync_fetch_and_add(number, 1);
		counted |= 1 << 3;
	}
	recents = array_of_recents_lookup(outer);
	recent = recents ? recent_lookup_or_init(recents, &place, &new_recent) : NULL;
	if (recent) {
		__sync_fetch_and_add(&recent->count, 1);
		recent->last = 0xabcd;
		counted |= 1 << 4;
	}
	number = array_of_slots_slot_lookup(outer, inner);
	if (number) {
		__sync_fetch_and_add(number, 1);
		counted |= 1 << 5;
	}
	return counted;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
