/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Writes an event of 8 bytes, a number that goes up, for the CPU that it runs on. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

static __u64 next;

SEC("xdp")
int emit(struct xdp_md *ctx)
{
	__u64 number = __sync_fetch_and_add(&next, 1);

	return bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &number, sizeof(number));
}

char _license[] SEC("license") = "Dual BSD/GPL";
