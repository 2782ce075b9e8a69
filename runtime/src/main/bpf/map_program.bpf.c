/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads, writes and deletes entries of one map by their keys, many in one system call. LazyBulkProgram loads this object for a map that is
 * used often enough. Before the load it replaces `map`.
 */
#include <linux/bpf.h>
#include <linux/errno.h>
#include <bpf/bpf_helpers.h>
#include "queries.h"

/* Stands for the map, which replaces it before the load (BundledBpfObject). Its type and sizes here have no effect. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} map SEC(".maps");

/* The kernel's struct bpf_map, as far as it is needed. libbpf finds the member in the running kernel. */
struct bpf_map {
	_Bool frozen;
} __attribute__((preserve_access_index));

/*
 * The byte at an offset that the verifier does not know is read for the verifier, which then rejects values with kptrs. System calls hide
 * these pointers. A program that reads whole words at known offsets may read them.
 */
static __always_inline void *find_value(void *query, __u32 key_at, volatile __u32 *answer)
{
	void *value = bpf_map_lookup_elem(&map, query + key_at);
	__u32 at = *answer;

	if (!value)
		*answer = NO_ENTRY;
	else if (at < sizes.value)
		(void)*(volatile __u8 *)(value + at);
	return value;
}

/*
 * A run that changes entries: in order, up to the first change that fails, as BPF_MAP_UPDATE_BATCH and BPF_MAP_DELETE_BATCH do. In the
 * buffer, the header is followed by room for most_queries keys, and then by the values. Keys and values lie without gaps.
 */
struct changes {
	void *header;
	__u32 done;
	long error; /* of the change that failed; 0 if none failed */
};

/* The kernel lets programs write to a frozen map, but user space may not. */
static __always_inline int is_frozen(void)
{
	return ((struct bpf_map *)&map)->frozen;
}

/*
 * The offset of an element. The instruction multiplies the index by the size, and not the other way round as clang may do: the verifier of
 * Linux 6.1 bounds only a product with a constant on the right.
 */
static __always_inline __u64 offset(__u64 index, __u64 size)
{
	asm volatile("%0 *= %1" : "+r"(index) : "r"(size));
	return index;
}

static long update_entry(__u64 index, struct changes *changes)
{
	void *keys = changes->header + sizeof(struct header);
	void *values = keys + ALIGN(sizes.most_queries * sizes.key);

	if (index >= sizes.most_queries)
		return 1;
	changes->error = is_frozen() ? -EPERM
				     : bpf_map_update_elem(&map, keys + offset(index, sizes.key),
							   values + offset(index, sizes.value), BPF_ANY);
	if (changes->error)
		return 1;
	changes->done = index + 1;
	return 0;
}

static long delete_entry(__u64 index, struct changes *changes)
{
	void *keys = changes->header + sizeof(struct header);

	if (index >= sizes.most_queries)
		return 1;
	changes->error = is_frozen() ? -EPERM : bpf_map_delete_elem(&map, keys + offset(index, sizes.key));
	if (changes->error)
		return 1;
	changes->done = index + 1;
	return 0;
}

/* Changes entries in the buffer with this number. Returns 0, or the error of the first change that failed. */
static __always_inline int change_entries(__u32 buffer, long (*change)(__u64, struct changes *))
{
	struct changes changes = { .header = bpf_map_lookup_elem(&buffers, &buffer) };
	volatile struct header *header = changes.header;

	if (!header)
		return -EINVAL;
	bpf_loop(header->queries, change, &changes, 0);
	header->answered = changes.done;
	return changes.error;
}

SEC("?raw_tp")
int update_entries(struct bpf_raw_tracepoint_args *ctx)
{
	return change_entries(ctx->args[0], update_entry);
}

SEC("?raw_tp")
int delete_entries(struct bpf_raw_tracepoint_args *ctx)
{
	return change_entries(ctx->args[0], delete_entry);
}

char _license[] SEC("license") = "Dual BSD/GPL";
