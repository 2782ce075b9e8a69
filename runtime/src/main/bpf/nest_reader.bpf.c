/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads entries of many inner maps in one system call. BulkProgram loads this object once for each outer map that is read.
 *
 * User space writes queries to a buffer that it shares with the programs, runs a program with BPF_PROG_RUN, and reads the answers from
 * the same buffer. Before the load it sets the sizes below and replaces the map `outer` by the outer map to read. Nothing here writes to
 * the outer map or to an inner map. The programs are raw tracepoints, which are not sleepable: a sleepable program would delay the release
 * of inner maps that leave their slots.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "outer.h"
#include "queries.h"

/* The kernel's struct bpf_map, as far as it is needed. libbpf finds the member in the running kernel. */
struct bpf_map {
	__u32 max_entries;
} __attribute__((preserve_access_index));

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
SEC("?raw_tp")
int copy_entries(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 buffer = ctx->args[0];
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

char _license[] SEC("license") = "Dual BSD/GPL";
