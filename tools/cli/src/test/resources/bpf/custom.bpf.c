/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A program in a section that libbpf does not know. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("from-container")
int pass(struct __sk_buff *packet)
{
	(void)packet;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
