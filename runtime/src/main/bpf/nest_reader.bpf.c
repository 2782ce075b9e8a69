/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads entries of many inner maps in one system call. BulkProgram loads this object once for each outer map that is read, and once for
 * each pinned reader.
 *
 * User space writes queries to a buffer that it shares with the programs, runs a program with BPF_PROG_RUN, and reads the answers from
 * the same buffer. Before the load it sets the sizes below and replaces the map `outer` by the outer map to read. Nothing here writes to
 * the outer map or to an inner map. The programs are raw tracepoints or, for pinned readers, socket filters. Neither is sleepable: a sleepable
 * program would delay the release of inner maps that leave their slots.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "outer.h"
#include "queries.h"

/* The kernel's structs, as far as they are needed. libbpf finds the members in the running kernel. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_map {
	__u32 id;
	__u32 max_entries;
};

struct hlist_nulls_node {
	struct hlist_nulls_node *next;
};

struct hlist_nulls_head {
	struct hlist_nulls_node *first;
};

struct bucket {
	struct hlist_nulls_head head;
};

struct bpf_htab {
	struct bucket *buckets;
	__u32 n_buckets;
};

struct htab_elem {
	struct hlist_nulls_node hash_node;
	char key[];
};
#pragma clang attribute pop

/* Finds an inner map. Before Linux 6.16, a lookup can miss a key whose map is just being replaced. */
static __always_inline void *find_inner_map(void *key)
{
	void *inner = bpf_map_lookup_elem(&outer, key);

	return inner ? inner : bpf_map_lookup_elem(&outer, key);
}

static __always_inline void *find_value(void *query, __u32 key_at, volatile __u32 *answer)
{
	void *inner = find_inner_map(query), *value;

	if (!inner) {
		*answer = NO_INNER_MAP;
		return NULL;
	}
	value = bpf_map_lookup_elem(inner, query + key_at);
	if (!value)
		*answer = NO_ENTRY;
	return value;
}

static long copy_entry(struct bpf_map *map, const void *key, const void *value, struct call *call)
{
	__u32 entry_size = ALIGN(sizes.key) + ALIGN(sizes.value);
	__u32 at = call->end;
	void *entry;

	if (at > sizes.buffer - entry_size) {
		call->full = 1;
		return 1;
	}
	entry = (void *)call->header + at;
	copy(entry, key, sizes.key);
	copy(entry + ALIGN(sizes.key), value, sizes.value);
	call->end = at + entry_size;
	return 0;
}

/* Answers one query: outer key, answer (4 bytes), offset behind the inner map's last entry (4 bytes). */
static long copy_inner_map(__u32 index, struct call *call)
{
	__u32 query_size = sizes.outer_key + 8;
	__u64 at = sizeof(struct header) + (__u64)index * query_size;
	volatile struct header *header = call->header;
	__u32 start = call->end;
	volatile __u32 *answer;
	struct bpf_map *inner;

	if (at > sizes.buffer - query_size)
		return 1;
	answer = (void *)header + at + sizes.outer_key;
	inner = find_inner_map((void *)header + at);
	if (!inner) {
		answer[0] = NO_INNER_MAP;
	} else if (inner->max_entries > sizes.most_visits) {
		answer[0] = TOO_LARGE;
	} else {
		call->visits += inner->max_entries;
		if (call->visits > sizes.most_visits)
			return 1;
		bpf_for_each_map_elem(inner, copy_entry, call, 0);
		if (call->full) {
			call->end = start;
			return 1;
		}
		answer[0] = FOUND;
	}
	answer[1] = call->end;
	header->answered = index + 1;
	return 0;
}

/*
 * Copies all entries of the inner maps at the given keys behind the queries. Stops before an inner map whose entries don't fit, so that
 * the answers consist of whole inner maps.
 */
static __always_inline int copy_entries_in(__u32 buffer)
{
	struct call call = { .header = bpf_map_lookup_elem(&buffers, &buffer) };
	__u32 queries;

	if (!call.header)
		return 1;
	call.header->answered = 0;
	call.end = call.header->end;
	queries = call.header->queries;
	if (queries <= sizes.most_queries)
		bpf_loop(queries, copy_inner_map, &call, 0);
	call.header->end = call.end;
	return 0;
}

SEC("?raw_tp")
int copy_entries(struct bpf_raw_tracepoint_args *ctx)
{
	return copy_entries_in(ctx->args[0]);
}

/*
 * The same for a pinned reader, which has one buffer. Processes without privileges may run these. The kernel lets such processes attach a
 * raw tracepoint to events of the whole system, but a socket filter only to sockets of their own. The filters return 0, so they drop packets.
 */
SEC("?socket")
int get_entries_pinned(struct __sk_buff *packet)
{
	get_entries_in(0);
	return 0;
}

SEC("?socket")
int copy_entries_pinned(struct __sk_buff *packet)
{
	copy_entries_in(0);
	return 0;
}

enum position {
	MORE = 0,
	LAST = 1,
	NOT_FITTING = 2, /* the keys of the next bucket do not fit */
};

/*
 * Lists the keys of the outer map for a pinned reader, which has no descriptor of it: whoever has one can pin it, and open that pin for
 * writing. No helper lists the keys of a HASH_OF_MAPS, so this follows the lists of its buckets like a lookup in the kernel. All addresses
 * come from the kernel, and none from the buffer.
 */
struct listing {
	volatile struct header *header;
	__u64 buckets;     /* address of the array of buckets */
	__u64 node;        /* address of the next node of the present list */
	__u32 bucket;      /* number of the present bucket, or index in an array */
	__u32 size;        /* number of buckets, or of slots of an array */
	__u32 most;        /* number of keys that fit */
	__u32 found;       /* number of keys found */
	__u32 visits;      /* number of nodes and buckets visited */
	__u32 full;        /* whether a key did not fit */
};

/* A key that was found: the key, the answer, and the id of the inner map. Returns 0 if there is no inner map any more. */
static __always_inline int describe(void *key)
{
	volatile __u32 *answer = key + sizes.outer_key;
	struct bpf_map *inner = find_inner_map(key);

	if (!inner) {
		answer[0] = NO_INNER_MAP;
		return 0;
	}
	answer[0] = FOUND;
	answer[1] = inner->id;
	return 1;
}

/* Where the next key is written. NULL if it does not fit. */
static __always_inline void *next_key(struct listing *list)
{
	__u32 entry_size = sizes.outer_key + 8;
	__u64 at = sizeof(struct header) + (__u64)list->found * entry_size;

	if (list->found >= list->most || at > sizes.buffer - entry_size) {
		list->full = 1;
		return NULL;
	}
	return (void *)list->header + at;
}

static long list_node(__u32 index, struct listing *list)
{
	struct htab_elem *elem = (void *)list->node;
	struct hlist_nulls_node *next;
	void *key;

	if (list->node & 1)
		return 1;
	key = next_key(list);
	if (!key || ++list->visits > sizes.most_visits)
		return 1;
	if (bpf_probe_read_kernel(key, sizes.outer_key_size, &elem->key))
		return 1;
	if (bpf_core_read(&next, sizeof(next), &elem->hash_node.next))
		return 1;
	list->node = (__u64)next;
	list->found += describe(key);
	return 0;
}

/*
 * Lists the keys of one bucket. If a node was added meanwhile, which is always the first one, or moved to another bucket, begins again. So
 * an inner map that is replaced meanwhile is not missed.
 */
static long list_bucket(__u32 index, struct listing *list)
{
	__u64 address = list->buckets + (__u64)list->bucket * bpf_core_type_size(struct bucket);
	struct bucket *bucket = (void *)address;
	struct hlist_nulls_node *first, *now;
	__u32 start = list->found;

	if (list->bucket >= list->size || ++list->visits > sizes.most_visits)
		return 1;
	if (bpf_core_read(&first, sizeof(first), &bucket->head.first))
		return 1;
	list->node = (__u64)first;
	bpf_loop(sizes.most_visits, list_node, list, 0);
	if (!(list->node & 1)) { /* it does not fit into this run */
		list->found = start;
		return 1;
	}
	if (bpf_core_read(&now, sizeof(now), &bucket->head.first))
		return 1;
	if (now != first || list->node >> 1 != list->bucket)
		list->found = start;
	else
		list->bucket++;
	return 0;
}

static long list_slot(__u32 index, struct listing *list)
{
	void *key;

	if (list->bucket >= list->size)
		return 1;
	key = next_key(list);
	if (!key)
		return 1;
	*(volatile __u32 *)key = list->bucket++;
	list->found += describe(key);
	return 0;
}

static __always_inline void list_inner_maps_in(volatile struct header *header)
{
	struct listing list = { .header = header, .most = header->answered, .bucket = header->end };
	struct bpf_htab *htab = (void *)&outer;
	__u64 zero = 0;

	/* The numbers that loops count are not known to the verifier then, so it need not follow each round. */
	bpf_probe_read_kernel(&list.found, sizeof(list.found), &zero);
	bpf_probe_read_kernel(&list.visits, sizeof(list.visits), &zero);
	if (sizes.outer_type == BPF_MAP_TYPE_ARRAY_OF_MAPS) {
		list.size = sizes.outer_max_entries;
		bpf_loop(sizes.most_visits, list_slot, &list, 0);
	} else {
		/* The address of the map as a number: the verifier lets nobody calculate with a pointer to a map. */
		if (bpf_probe_read_kernel(&htab, sizeof(htab), &htab))
			return;
		if (bpf_core_read(&list.buckets, sizeof(list.buckets), &htab->buckets))
			return;
		if (bpf_core_read(&list.size, sizeof(list.size), &htab->n_buckets))
			return;
		bpf_loop(sizes.most_visits, list_bucket, &list, 0);
	}
	header->answered = list.found;
	header->end = list.bucket;
	header->position = list.bucket >= list.size ? LAST : list.full ? NOT_FITTING : MORE;
}

/*
 * With a query, finds the id of the inner map at its key. Otherwise lists keys from the bucket with the number `end` on, at most `answered`.
 */
SEC("?socket")
int find_inner_maps_pinned(struct __sk_buff *packet)
{
	__u32 only = 0;
	void *buffer = bpf_map_lookup_elem(&buffers, &only);
	volatile struct header *header = buffer;

	if (!buffer)
		return 0;
	if (header->queries)
		describe(buffer + sizeof(struct header));
	else
		list_inner_maps_in(header);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
