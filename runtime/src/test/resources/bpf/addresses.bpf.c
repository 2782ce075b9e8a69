/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A program of the type that KIND says, which selects between the addresses of two fields. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct counts {
	__u64 even;
	__u64 odd;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counts);
} runs SEC(".maps");

SEC(KIND)
int run(struct __sk_buff *packet)
{
	__u32 zero = 0;
	struct counts *counts = bpf_map_lookup_elem(&runs, &zero);
	__u64 offset = 0, parity;

	if (!counts)
		return 0;
	parity = packet->len & 1;
	/* Compilers also write it with a branch: then the same addition has another offset on each path. */
	asm volatile("if %2 == 0 goto +1;"
		     "%1 = 8;"
		     "%0 += %1"
		     : "+r"(counts), "+r"(offset)
		     : "r"(parity));
	__sync_fetch_and_add(&counts->even, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
