/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Each text that a program prints runs a program that prints another text. The kernel does not run this program in itself, and counts a
 * recursion miss.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} printed SEC(".maps");

/* The one that runs print: on_print also runs for texts of all others. */
__u32 process;

SEC("raw_tp/bpf_trace_printk")
int on_print(void *ctx)
{
	__u32 key = 0;
	__u64 *texts = bpf_map_lookup_elem(&printed, &key);

	(void)ctx;
	if (bpf_get_current_pid_tgid() >> 32 != process)
		return 0;
	if (texts)
		__sync_fetch_and_add(texts, 1);
	bpf_printk("nestmap: from on_print");
	return 0;
}

SEC("raw_tp")
int print(void *ctx)
{
	(void)ctx;
	process = bpf_get_current_pid_tgid() >> 32;
	bpf_printk("nestmap: from print");
	return 0;
}

char _license[] SEC("license") = "GPL";
