/* SPDX-License-Identifier: GPL-2.0 */
/* A program as others write it, which requests pins for its maps. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct session {
	__u32 address;
	__u64 packets;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, struct session);
} sessions SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 32);
		__uint(map_flags, BPF_F_NO_PREALLOC);
		__type(key, __u32);
		__type(value, struct session);
	});
} clusters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 5000); /* libbpf rounds it */
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); /* user space creates and pins it, as in KubeArmor */
	__uint(max_entries, 256);
	__uint(key_size, 8);
	__uint(value_size, 4);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} containers SEC(".maps");

struct anchor {
	struct session session;
} anchor;

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 key = 1;
	struct session *session = bpf_map_lookup_elem(&sessions, &key);
	void *cluster = bpf_map_lookup_elem(&clusters, &key);

	(void)ctx;
	if (session)
		__sync_fetch_and_add(&session->packets, 1);
	session = cluster ? bpf_map_lookup_elem(cluster, &key) : NULL;
	if (session)
		__sync_fetch_and_add(&session->packets, 1);
	return session ? (int)session->packets : 0;
}

SEC("xdp")
int contained(struct xdp_md *ctx)
{
	__u64 key = 7;

	(void)ctx;
	return bpf_map_lookup_elem(&containers, &key) ? 1 : 0;
}

SEC("?xdp")
int refused(struct xdp_md *ctx)
{
	return *(int *)(long)ctx->data; /* the verifier rejects it */
}

char LICENSE[] SEC("license") = "GPL";
