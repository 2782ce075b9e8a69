/* SPDX-License-Identifier: GPL-2.0 */
/* A program as others write it: own types, addresses as numbers, a typedef, names that Java would not choose. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>


struct flow_key {
	__u32 src;
	__u32 dst;
	__be16 sport;
	__be16 dport;
};

struct real_pos {
	__u32 pos;
	__u64 atime;
};

enum kind : unsigned char { KIND_NONE, KIND_TCP, KIND_UDP, KIND_MAX };

struct real_definition {
	__be32 dstv6[4];
	__u8 name[8];
	__u8 flags;
	enum kind proto;
	struct real_definition *next;
};

struct lru {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1000);
	__uint(map_flags, BPF_F_NO_COMMON_LRU);
	__type(key, struct flow_key);
	__type(value, struct real_pos);
} first SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 128);
	__type(key, __u32);
	__array(values, struct lru);
} lru_mapping SEC(".maps") = {
	.values = { [0] = &first },
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 512);
	__type(key, __u32);
	__type(value, struct real_definition);
} reals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, 8);
	__uint(value_size, 4);
} lpm_src SEC(".maps");

struct counter {
	__u64 pkts;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct counter);
} counters SEC(".maps");

struct address {
	__be32 s_addr;
};

struct total {
	__u64 packets;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, struct address);
	__type(value, struct total);
} totals SEC(".maps");

struct drift {
	__s32 seconds;
	struct address peer;
	__u64 limits[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __s32);
	__type(value, struct drift);
} drifts SEC(".maps");

struct endpoint {
	union {
		__be32 address;
		__be32 address6[4];
	};
	union {
		__u64 value;
		__u8 mac[6];
	} control;
	__u16 port;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct endpoint);
} endpoints SEC(".maps");

SEC("xdp")
int balance(struct xdp_md *ctx)
{
	struct flow_key key = {
		.src = __builtin_bswap32(0x0a000001),
		.dst = __builtin_bswap32(0x0a000002),
		.sport = __builtin_bswap16(443),
		.dport = __builtin_bswap16(8080),
	};
	__u32 cpu = 3, index = 2;
	struct real_definition *real = bpf_map_lookup_elem(&reals, &index);
	void *flows = bpf_map_lookup_elem(&lru_mapping, &cpu);
	struct real_pos *pos = flows ? bpf_map_lookup_elem(flows, &key) : NULL;

	(void)ctx;
	if (!pos || !real || !real->flags || real->proto != KIND_UDP)
		return XDP_ABORTED;
	pos->pos++;
	return pos->atime == 99 && real->name[0] == 'b' ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
