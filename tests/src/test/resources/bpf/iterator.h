/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The context of a program that iterates over the entries of a map, as far as it is needed. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct seq_file;
struct bpf_map {
	__u32 id;
};
struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 seq_num;
};
struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
};
#pragma clang attribute pop
