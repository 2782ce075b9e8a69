/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Declares maps as older programs do: only with sizes. The meaning of the bytes is in the code. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct container {
	__u32 pid_namespace;
	__u32 mount_namespace;
};

struct rule {
	__u64 hits;
	__u32 verdict;
	__u32 mask;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(struct container));
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 16);
		__uint(key_size, 12);
		__uint(value_size, sizeof(struct rule));
	});
} container SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, 6);
	__uint(value_size, BLOB_SIZE);
} blob SEC(".maps");

SEC("raw_tp")
int hit(void *context)
{
	struct container key = { .pid_namespace = 7, .mount_namespace = 8 };
	const char path[12] = "/bin/true";
	struct rule *rule;
	void *rules;

	(void)context;
	rules = bpf_map_lookup_elem(&container, &key);
	if (!rules)
		return -1;
	rule = bpf_map_lookup_elem(rules, path);
	if (!rule)
		return -2;
	rule->hits += rule->mask;
	rule->verdict = bpf_map_update_elem(&blob, "\1\2\3\4\5\6", "abcde", BPF_NOEXIST);
	return 0;
}
