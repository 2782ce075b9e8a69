/* SPDX-License-Identifier: Apache-2.0 */
/* Maps that the object pins by name. Each -D makes another version of them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef FIELDS
#define FIELDS __u64 packets; __u64 bytes;
#endif
#ifndef TAG
#define TAG flow
#endif
#ifndef VALUE
#define VALUE __type(value, struct TAG)
#endif
#ifndef KEY
#define KEY __type(key, __u32)
#endif
#ifndef INNER
#define INNER BPF_MAP_TYPE_HASH
#endif
#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef ENTRIES
#define ENTRIES 8
#endif
#ifndef OUTER
#define OUTER BPF_MAP_TYPE_HASH_OF_MAPS
#endif
#ifndef OUTER_KEY
#define OUTER_KEY __u32
#endif
#ifndef OUTER_ENTRIES
#define OUTER_ENTRIES 4
#endif

struct TAG { FIELDS };
struct TAG declared;

#if defined(PLAIN)
struct {
	__uint(type, INNER);
	__uint(max_entries, ENTRIES);
	__uint(map_flags, FLAGS);
	KEY;
	VALUE;
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} pinned SEC(".maps");
#elif defined(RING)
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} pinned SEC(".maps");
#else
struct inner {
	__uint(type, INNER);
	__uint(max_entries, ENTRIES);
	__uint(map_flags, FLAGS);
	KEY;
	VALUE;
};

struct inner first SEC(".maps");

struct {
	__uint(type, OUTER);
	__uint(max_entries, OUTER_ENTRIES);
	__type(key, OUTER_KEY);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__array(values, struct inner);
} pinned SEC(".maps");
#endif

SEC("tc")
int count(struct __sk_buff *skb)
{
	return declared.packets + skb->len != 0;
}

char LICENSE[] SEC("license") = "GPL";
