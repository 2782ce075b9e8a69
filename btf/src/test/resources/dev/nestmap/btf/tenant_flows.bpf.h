/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* By hand, in the form of the headers that Nestmap generates. */
#ifndef TENANT_FLOWS_BPF_H
#define TENANT_FLOWS_BPF_H
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum flow_state {
	FLOW_STATE_NEW = 0,
	FLOW_STATE_OPEN = 1,
};

struct flow_key {
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 _pad0[3];
};

struct flow {
	__u64 packets;
	__u64 bytes;
	enum flow_state state;
	__u8 _pad0[4];
};

struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct flow_key);
	__type(value, struct flow);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 64);
	__type(key, __u32);
	__array(values, struct flow_map);
} tenant SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct flow_map);
} tier SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16);
	__uint(map_flags, 2);
	__type(key, __u64);
	__type(value, __s16);
} score SEC(".maps") __weak;

/* Clang before 22 leaves types out of BTF that only an inner map uses, and libbpf then
   refuses the object; so this variable holds them all. */
static struct {
	char anchor;
	enum flow_state t0[0];
	struct flow_key t1[0];
	struct flow t2[0];
} nestmap_tenant_flows_anchor SEC(".nestmap") __attribute__((used));

#endif
