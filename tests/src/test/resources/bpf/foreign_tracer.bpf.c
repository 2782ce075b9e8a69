/* SPDX-License-Identifier: GPL-2.0 */
/* A program as others write it for a loader in Go: static programs, perf event arrays without sizes, tail calls, a type of the kernel. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct ethhdr {
	__u8 h_dest[6];
	__u8 h_source[6];
	__u16 h_proto;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct ethhdr);
} frames SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
} events SEC(".maps");

struct typed_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, __u64); /* bpf2go makes a Go type of it */
} typed_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct typed_ring);
} typed_rings SEC(".maps") = {
	.values = { [1] = &typed_events },
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u64);
	__array(values, struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); });
} buffers SEC(".maps");

#ifdef UNSIZED
struct {
	__uint(type, BPF_MAP_TYPE_HASH); /* the loader sets the size */
	__type(key, __u32);
	__type(value, __u64);
} by_process SEC(".maps");
#endif

SEC("xdp")
int tail(struct xdp_md *ctx)
{
	(void)ctx;
	return 42;
}

SEC("?xdp")
int optional_tail(struct xdp_md *ctx)
{
	(void)ctx;
	return 43;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, int(void *));
} tails SEC(".maps") = {
	.values = { [1] = (void *)&tail, [3] = (void *)&optional_tail },
};

SEC("xdp")
__attribute__((used)) static int hidden_entry(struct xdp_md *ctx)
{
	__u32 key = 1;
	struct ethhdr *frame = bpf_map_lookup_elem(&frames, &key);

	if (!frame || frame->h_proto != 1)
		return 7;
	bpf_tail_call(ctx, &tails, 1);
	return 8;
}

char LICENSE[] SEC("license") = "GPL";
