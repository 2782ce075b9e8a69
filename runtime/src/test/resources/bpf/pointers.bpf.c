/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A program for XDP that stores RESULT, which is computed from pointers. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} results SEC(".maps");

SEC("xdp")
int run(struct xdp_md *packet)
{
	void *data __attribute__((unused)) = (void *)(long)packet->data;
	void *end __attribute__((unused)) = (void *)(long)packet->data_end;
	__u32 zero = 0;
	__u64 *result = bpf_map_lookup_elem(&results, &zero);

	if (result)
		*result = (__u64)(RESULT);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
