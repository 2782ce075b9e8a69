/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads entries of many inner maps in one system call. KernelNestReader loads this object once for each outer map that it reads.
 *
 * User space writes requests to a buffer that it shares with the programs, runs a program with BPF_PROG_RUN, and reads the answers from
 * the same buffer. Before the load it sets the sizes below and replaces the map `outer` by the outer map to read. Nothing here writes to
 * the outer map or to an inner map. The programs are raw tracepoints, which are not sleepable: a sleepable program would delay the
 * release of inner maps that leave their slots.
 *
 * User space may write to the buffer at any time, so every offset that comes from the buffer is compared with the buffer's size before
 * it is used.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "outer.h"

/* Set before the load. Sizes are in bytes. They are constants for the verifier. */
const volatile struct {
	__u32 buffer;       /* one buffer */
	__u32 outer_key;    /* key of the outer map, rounded up to a multiple of 8 */
	__u32 key;          /* key of an inner map */
	__u32 value;        /* value of an inner map */
	__u32 most_visits;  /* sum of max_entries of the inner maps that one run of copy_entries visits */
} sizes;

/* The kernel's struct bpf_map, as far as it is needed. libbpf finds the member in the running kernel. */
struct bpf_map {
	__u32 max_entries;
} __attribute__((preserve_access_index));

/* The buffers. Several threads may run the programs at the same time, each with a buffer of its own. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 4096);
} buffers SEC(".maps");

/* The beginning of a buffer. The requests follow. */
struct header {
	__u32 requests; /* number of requests */
	__u32 answered; /* copy_entries: number of requests that are answered, from the first one on */
	__u32 end;      /* copy_entries: offset behind the last entry */
	__u32 full;     /* copy_entries: whether an entry did not fit */
	__u64 visits;   /* copy_entries: sum of max_entries of the inner maps visited */
};

enum answer {
	FOUND = 1,
	NO_INNER_MAP = 2,
	NO_ENTRY = 3,
	TOO_LARGE = 4, /* visiting the inner map would hold the CPU for too long */
};

#define ALIGN(size) (((size) + 7u) & ~7u)

/* Copies word by word: a word of 8 bytes that a program updates atomically is never read in halves. */
static __always_inline void copy(volatile void *to, const volatile void *from, __u32 size)
{
	__u32 at;

	for (at = 0; at + 8 <= size; at += 8)
		*(volatile __u64 *)(to + at) = *(const volatile __u64 *)(from + at);
	if (size & 4) {
		*(volatile __u32 *)(to + at) = *(const volatile __u32 *)(from + at);
		at += 4;
	}
	if (size & 2) {
		*(volatile __u16 *)(to + at) = *(const volatile __u16 *)(from + at);
		at += 2;
	}
	if (size & 1)
		*(volatile __u8 *)(to + at) = *(const volatile __u8 *)(from + at);
}

struct call {
	volatile struct header *header;
};

/* Answers one request: outer key, answer (8 bytes), key of the inner map, value. Each part begins at a multiple of 8. */
static long get_entry(__u32 index, struct call *call)
{
	__u32 key_at = sizes.outer_key + 8;
	__u32 value_at = key_at + ALIGN(sizes.key);
	__u32 request_size = value_at + ALIGN(sizes.value);
	__u64 at = sizeof(struct header) + (__u64)index * request_size;
	void *request, *inner, *value;
	volatile __u32 *answer;

	if (at > sizes.buffer - request_size)
		return 1;
	request = (void *)call->header + at;
	answer = request + sizes.outer_key;
	inner = bpf_map_lookup_elem(&outer, request);
	if (!inner) {
		*answer = NO_INNER_MAP;
		return 0;
	}
	value = bpf_map_lookup_elem(inner, request + key_at);
	if (!value) {
		*answer = NO_ENTRY;
		return 0;
	}
	copy(request + value_at, value, sizes.value);
	*answer = FOUND;
	return 0;
}

/* Looks up entries by the keys of their outer and inner maps. */
SEC("raw_tp")
int get_entries(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 buffer = ctx->args[0];
	struct call call = { .header = bpf_map_lookup_elem(&buffers, &buffer) };

	if (!call.header)
		return 1;
	if (call.header->requests == 1)
		get_entry(0, &call);
	else
		bpf_loop(call.header->requests, get_entry, &call, 0);
	return 0;
}

static long copy_entry(struct bpf_map *map, const void *key, const void *value, struct call *call)
{
	__u32 entry_size = ALIGN(sizes.key) + ALIGN(sizes.value);
	__u32 at = call->header->end;
	void *entry;

	if (at > sizes.buffer - entry_size) {
		call->header->full = 1;
		return 1;
	}
	entry = (void *)call->header + at;
	copy(entry, key, sizes.key);
	copy(entry + ALIGN(sizes.key), value, sizes.value);
	call->header->end = at + entry_size;
	return 0;
}

/* Answers one request: outer key, answer (4 bytes), offset behind the inner map's last entry (4 bytes). */
static long copy_inner_map(__u32 index, struct call *call)
{
	__u32 request_size = sizes.outer_key + 8;
	__u64 at = sizeof(struct header) + (__u64)index * request_size;
	volatile struct header *header = call->header;
	__u32 start = header->end;
	volatile __u32 *answer;
	struct bpf_map *inner;

	if (at > sizes.buffer - request_size)
		return 1;
	answer = (void *)header + at + sizes.outer_key;
	inner = bpf_map_lookup_elem(&outer, (void *)header + at);
	if (!inner) {
		answer[0] = NO_INNER_MAP;
	} else if (inner->max_entries > sizes.most_visits) {
		answer[0] = TOO_LARGE;
	} else {
		header->visits += inner->max_entries;
		if (header->visits > sizes.most_visits)
			return 1;
		bpf_for_each_map_elem(inner, copy_entry, call, 0);
		if (header->full) {
			header->end = start;
			return 1;
		}
		answer[0] = FOUND;
	}
	answer[1] = header->end;
	header->answered = index + 1;
	return 0;
}

/*
 * Copies all entries of the inner maps at the given keys behind the requests. Stops before an inner map whose entries don't fit, so that
 * the answers consist of whole inner maps.
 */
SEC("raw_tp")
int copy_entries(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 buffer = ctx->args[0];
	struct call call = { .header = bpf_map_lookup_elem(&buffers, &buffer) };
	__u32 requests;

	if (!call.header)
		return 1;
	requests = call.header->requests;
	call.header->answered = 0;
	call.header->end = sizeof(struct header) + requests * (sizes.outer_key + 8);
	call.header->full = 0;
	call.header->visits = 0;
	bpf_loop(requests, copy_inner_map, &call, 0);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
