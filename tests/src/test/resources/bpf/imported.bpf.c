/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Maps that are hard to declare as records. Nothing here was written for Nestmap. */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

typedef struct {
	__u32 saddr;
	__u32 daddr;
	__u16 sport;
	__u16 dport;
	__u8 proto;
} conn_key_t; /* a typedef without a tag, with padding at the end */

typedef struct {
	struct {
		__u64 packets;
		__u64 bytes;
	} rx, tx; /* structs without a tag */
	union {
		__be32 v4;
		__u8 v6[16];
	}; /* without a name */
	union {
		__u32 raw;
		struct {
			__u16 low;
			__u16 high;
		};
	} mark;
} conn_t;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, conn_key_t);
	__type(value, conn_t);
} connections SEC(".maps");

enum level { LEVEL_LOW, LEVEL_HIGH = 7 };
#if __clang_major__ >= 16
enum small : __u8 { SMALL_ONE = 1, SMALL_TWO = 2 };
enum negative : short { NEGATIVE_ONE = -1, POSITIVE = 300 };
#endif
enum alias { ALIAS_A = 1, ALIAS_B = 1 };
enum wide { WIDE = 0x100000000ULL };

struct flags {
	__u16 length : 11;
	__u16 urgent : 1;
	__u16 : 2;
	__u16 last : 2;
	__u8 kind;
	enum level level;
#if __clang_major__ >= 16
	enum small small;
	enum negative negative;
#endif
	enum alias alias;
	enum wide wide;
	bool on;
	char letter;
	void *pointer;
	struct task_struct *task;
	int grid[2][3];
	char names[2][8];
	struct inner_pair {
		__u32 a;
		__u8 b;
	} pairs[3];
	long long numbers[4];
	__u8 mac[6];
	__int128 huge;
} __attribute__((packed));

struct loose {
	__u32 a;
	double ratio;
	__u64 b __attribute__((aligned(32)));
	__u8 c;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, int);
	__type(value, struct flags);
} flagged SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct loose);
} loose_values SEC(".maps");

/* A family: one struct in several maps. */
struct stat {
	__u64 hits;
	__u64 misses;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 16);
	__type(key, __u64);
	__type(value, struct stat);
} stat_by_pid SEC(".maps"), stat_by_cgroup SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, char[16]);
	__type(value, struct stat);
} stat_by_name SEC(".maps");

/* Events. */
struct event {
	__u32 pid;
	char comm[16];
};
struct event *unused_event __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 5000);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} samples SEC(".maps"), counters SEC(".maps");

/* Outer maps. */
struct policy_key {
	__u32 identity;
	__u16 port;
	__u16 pad;
};

struct policy_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 128);
	__type(key, struct policy_key);
	__type(value, __u32);
};
struct policy_key policy_key_anchor;

/* The same definition as inner map and as a live map. */
struct policy_map default_policy SEC(".maps");
struct policy_map gold SEC(".maps"), silver SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 64);
	__type(key, __u32);
	__array(values, struct policy_map);
} policies SEC(".maps") = { .values = { [1] = &gold, [5] = &silver } };

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 64);
	__uint(key_size, sizeof(__u32));
	__array(values, struct policy_map);
} sized_policies SEC(".maps") = { .values = { [2] = &gold } };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(max_entries, 2);
		__type(key, int);
		__type(value, int);
	});
} per_cpu SEC(".maps");

/* Without a template. */
struct rule {
	__u64 verdict;
	__u32 mask;
};
struct rule rule_anchor;

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 16);
	__type(key, __u64);
	__type(value, __u32);
} rules SEC(".maps");

/* Names. */
struct __buried_t {
	__u32 __first;
	__u32 camelCase;
	__u32 class;
	__u32 toString;
	__u32 TTL;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct __buried_t);
	__type(value, struct __buried_t);
} camelCaseMap SEC(".maps"), __buried SEC(".maps"), class SEC(".maps"), close SEC(".maps"), String SEC(".maps"), Key SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct lpm_key {
		__u32 prefixlen;
		__u8 data[4];
	});
	__uint(value_size, 8);
} prefixes SEC(".maps");

/* Tries whose keys are bytes. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_LPM_TRIE);
		__uint(max_entries, 1);
		__uint(map_flags, BPF_F_NO_PREALLOC);
		__type(key, __u8[12]);
		__type(value, __u8);
	});
} paths SEC(".maps");

struct guarded {
	__u32 count;
	struct bpf_spin_lock lock;
	__u64 sum;
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct guarded);
} guarded_values SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

/* Maps of devices and CPUs. */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 64);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(int));
} ports_by_index SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 8);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_cpumap_val));
} workers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, int(void *));
} jumps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct stat);
} socket_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__uint(key, 0); /* no key */
	__type(value, struct event);
} queued SEC(".maps");

char _license[] SEC("license") = "GPL";
