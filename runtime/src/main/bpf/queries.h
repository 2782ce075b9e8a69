/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lookups of many entries in one system call, by queries in a buffer that user space shares with the programs. User space may write to
 * the buffer at any time, so every offset that comes from the buffer is compared with the buffer's size before it is used.
 *
 * The program that includes this file defines find_value.
 */

/* Set before the load. Sizes are in bytes. They are constants for the verifier. */
const volatile struct {
	__u32 buffer;       /* one buffer */
	__u32 outer_key;    /* key of the outer map, rounded up to a multiple of 8; 0 if a plain map is read */
	__u32 key;          /* key of an inner map */
	__u32 value;        /* value of an inner map */
	__u32 most_queries; /* queries that one run answers */
	__u32 most_visits;  /* sum of max_entries of the inner maps that one run of copy_entries visits; 0 if a plain map is read */
	__u32 map_id;       /* the map that is read: so other processes of Nestmap know that these programs count nothing in it */
} sizes;

/* The buffers. Several threads may run the programs at the same time, each with a buffer of its own. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 4096);
} buffers SEC(".maps");

/* The beginning of a buffer. The queries follow. */
struct header {
	__u32 queries; /* number of queries */
	__u32 answered; /* copy_entries: number of queries that are answered, from the first one on */
	__u32 end;      /* copy_entries: offset of the first entry, and after the run the offset behind the last entry */
	__u32 padding;
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

/* What a run counts itself, so that user space can't make it run longer. */
struct call {
	volatile struct header *header;
	__u32 end;    /* offset behind the last entry */
	__u32 full;   /* whether an entry did not fit */
	__u64 visits; /* sum of max_entries of the inner maps visited */
};

/* Finds the value of an entry by its key at this offset of a query. If there is none, sets the answer to the reason. */
static __always_inline void *find_value(void *query, __u32 key_at, volatile __u32 *answer);

/* Answers one query: outer key if there is one, answer (8 bytes), key, value. Each part begins at a multiple of 8. */
static long get_entry(__u32 index, struct call *call)
{
	__u32 key_at = sizes.outer_key + 8;
	__u32 value_at = key_at + ALIGN(sizes.key);
	__u32 query_size = value_at + ALIGN(sizes.value);
	__u64 at = sizeof(struct header) + (__u64)index * query_size;
	void *query, *value;
	volatile __u32 *answer;

	if (at > sizes.buffer - query_size)
		return 1;
	query = (void *)call->header + at;
	answer = query + sizes.outer_key;
	value = find_value(query, key_at, answer);
	if (!value)
		return 0;
	copy(query + value_at, value, sizes.value);
	*answer = FOUND;
	return 0;
}

/* Answers the queries in a buffer. */
static __always_inline int get_entries_in(__u32 buffer)
{
	struct call call = { .header = bpf_map_lookup_elem(&buffers, &buffer) };
	__u32 queries;

	if (!call.header)
		return 1;
	queries = call.header->queries;
	if (queries == 1)
		get_entry(0, &call);
	else if (queries <= sizes.most_queries)
		bpf_loop(queries, get_entry, &call, 0);
	return 0;
}

/*
 * Look up entries by their keys. User space loads one of them for each buffer: the kernel would allocate memory in each run to pass a
 * program the number of its buffer, which takes 80 ns.
 */
#define GET_ENTRIES(buffer)                     \
	SEC("?raw_tp")                          \
	int get_entries_##buffer(void *ctx)     \
	{                                       \
		return get_entries_in(buffer);  \
	}

GET_ENTRIES(0)
GET_ENTRIES(1)
GET_ENTRIES(2)
GET_ENTRIES(3)
GET_ENTRIES(4)
GET_ENTRIES(5)
GET_ENTRIES(6)
GET_ENTRIES(7)
