/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* The type of events, as objects for Go name it. Their loader sets the sizes, libbpf does not. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(value, struct event {
		__u32 pid;
		__u64 at;
	});
} named_samples SEC(".maps");

/* Two types with one name. Only functions can have them, so the maps are static, which libbpf does not load. */
SEC("xdp")
int first(void *context)
{
	struct twice {
		__u32 a;
		__u32 b;
	};
	static struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 4);
		__type(key, __u32);
		__type(value, struct twice);
	} twice_one __asm__("twice_one") SEC(".maps");
	__u32 key = 0;

	(void)context;
	return bpf_map_lookup_elem(&twice_one, &key) ? XDP_DROP : XDP_PASS;
}

SEC("xdp")
int second(void *context)
{
	struct twice {
		__u64 c;
		__u8 d;
	};
	static struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 4);
		__type(key, __u32);
		__type(value, struct twice);
	} twice_two __asm__("twice_two") SEC(".maps");
	__u32 key = 0;

	(void)context;
	return bpf_map_lookup_elem(&twice_two, &key) ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
