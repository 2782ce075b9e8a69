/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Attaches where its section says, and does nothing there. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC(SECTION)
int probe(void *ctx)
{
	(void)ctx;
	return 0;
}

char _license[] SEC("license") = "GPL";
