/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Reads where a field is in a struct that this kernel lacks. With -DELSEWHERE, it stands for the types of a kernel that has the struct. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct of_another_kernel {
#ifdef ELSEWHERE
	__u64 before[3];
#endif
	__u64 field;
} __attribute__((preserve_access_index));

SEC("xdp")
int offset(struct xdp_md *context)
{
	(void)context;
	return bpf_core_field_exists(struct of_another_kernel, field) ?
		(int)bpf_core_field_offset(struct of_another_kernel, field) : 1;
}

char LICENSE[] SEC("license") = "GPL";
