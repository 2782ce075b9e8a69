/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Stands for the outer map, which replaces it before the load (BundledBpfObject). Its type and sizes here have no effect. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 1);
		__type(key, __u32);
		__type(value, __u64);
	});
} outer SEC(".maps");
