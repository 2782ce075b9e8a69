/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C side of the benchmarks. Each function does the same as a benchmark in Java on the same map, in the way a C program
 * would do it, and returns the sum of what it has read, or -1 if an operation failed.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_MASK 4095
#define BATCH 4096
#define PUT_ENTRIES 16384
#define TENANT_MASK 511
#define TENANT_KEY_MASK 63
#define INNER_ENTRIES 128
#define ID_TABLE_SIZE 4096

struct flow_key {
	__u64 cgroup;
	__u32 address;
	__be16 port;
	__u8 protocol;
	__u8 padding;
};

struct flow {
	__u64 packets;
	__u64 bytes;
};

struct event {
	__u64 words[7];
	__u32 pid;
	__u32 cpu;
};

static inline struct flow_key key_of(long number)
{
	return (struct flow_key){ .cgroup = number, .address = number & 0xffff, .port = htons(443), .protocol = 17 };
}

long open_map(long id)
{
	return bpf_map_get_fd_by_id(id);
}

long close_map(long fd)
{
	return close(fd);
}

long get_hash(long fd, long count)
{
	long sum = 0;

	for (long i = 0; i < count; i++) {
		struct flow_key key = key_of(i & KEY_MASK);
		struct flow flow;

		if (bpf_map_lookup_elem(fd, &key, &flow))
			return -1;
		sum += flow.packets + flow.bytes;
	}
	return sum;
}

long get_array(long fd, long count)
{
	long sum = 0;

	for (long i = 0; i < count; i++) {
		__u32 key = i & KEY_MASK;
		struct flow flow;

		if (bpf_map_lookup_elem(fd, &key, &flow))
			return -1;
		sum += flow.packets + flow.bytes;
	}
	return sum;
}

long put(long fd, long count)
{
	for (long i = 0; i < count; i++) {
		struct flow_key key = key_of(i & KEY_MASK);
		struct flow flow = { .packets = i & KEY_MASK, .bytes = 1 };

		if (bpf_map_update_elem(fd, &key, &flow, BPF_ANY))
			return -1;
	}
	return count;
}

long remove_insert(long fd, long count)
{
	for (long i = 0; i < count; i++) {
		struct flow_key key = key_of(i & KEY_MASK);
		struct flow flow = { .packets = i & KEY_MASK, .bytes = 1 };

		if (bpf_map_delete_elem(fd, &key) || bpf_map_update_elem(fd, &key, &flow, BPF_NOEXIST))
			return -1;
	}
	return count;
}

/* Copies entries of the program's own, which lie in memory, into batches. */
long put_all(long fd)
{
	static struct { struct flow_key key; struct flow flow; } *entries;
	static struct flow_key keys[BATCH];
	static struct flow flows[BATCH];

	if (!entries) {
		entries = malloc(PUT_ENTRIES * sizeof(*entries));
		for (long i = 0; i < PUT_ENTRIES; i++) {
			entries[i].key = key_of(i);
			entries[i].flow = (struct flow){ .packets = i, .bytes = 1 };
		}
	}
	for (long from = 0; from < PUT_ENTRIES; from += BATCH) {
		LIBBPF_OPTS(bpf_map_batch_opts, opts);
		__u32 count = BATCH;

		for (long i = 0; i < BATCH; i++) {
			keys[i] = entries[from + i].key;
			flows[i] = entries[from + i].flow;
		}
		if (bpf_map_update_batch(fd, keys, flows, &count, &opts))
			return -1;
	}
	return PUT_ENTRIES;
}

long remove_all(long fd, long first)
{
	static struct flow_key keys[BATCH];

	for (long from = 0; from < PUT_ENTRIES; from += BATCH) {
		LIBBPF_OPTS(bpf_map_batch_opts, opts);
		__u32 count = BATCH;

		for (long i = 0; i < BATCH; i++)
			keys[i] = key_of(first + from + i);
		if (bpf_map_delete_batch(fd, keys, &count, &opts))
			return -1;
	}
	return PUT_ENTRIES;
}

long scan_next_key(long fd)
{
	struct flow_key key, *previous = NULL;
	struct flow flow;
	long sum = 0;

	while (!bpf_map_get_next_key(fd, previous, &key)) {
		if (!bpf_map_lookup_elem(fd, &key, &flow))
			sum += flow.packets;
		previous = &key;
	}
	return sum;
}

static long scan(int fd, struct flow_key *keys, struct flow *flows, __u32 size)
{
	struct flow_key cursor;
	void *in = NULL;
	long sum = 0;

	for (;;) {
		LIBBPF_OPTS(bpf_map_batch_opts, opts);
		__u32 count = size;
		int err = bpf_map_lookup_batch(fd, in, &cursor, keys, flows, &count, &opts);

		if (err && err != -ENOENT)
			return -1;
		for (__u32 i = 0; i < count; i++)
			sum += flows[i].packets;
		if (err)
			return sum;
		in = &cursor;
	}
}

long scan_batch(long fd)
{
	static struct flow_key keys[BATCH];
	static struct flow flows[BATCH];

	return scan(fd, keys, flows, BATCH);
}

/* A table of open inner maps by id, with open addressing. */
static struct { __u32 id; int fd; } table[ID_TABLE_SIZE];

static int cached(__u32 id)
{
	__u32 at = id * 2654435761u % ID_TABLE_SIZE;

	while (table[at].id && table[at].id != id)
		at = (at + 1) % ID_TABLE_SIZE;
	if (!table[at].id) {
		table[at].id = id;
		table[at].fd = bpf_map_get_fd_by_id(id);
	}
	return table[at].fd;
}

long close_cached(void)
{
	for (int i = 0; i < ID_TABLE_SIZE; i++)
		if (table[i].id)
			close(table[i].fd);
	memset(table, 0, sizeof(table));
	return 0;
}

/* Adds the counters of one entry to the sum. Returns 0 if both maps have the key. */
static int add_nested(int outer, __u32 tenant, struct flow_key key, int keep, long *sum)
{
	struct flow flow;
	__u32 id;
	int fd, err;

	if (bpf_map_lookup_elem(outer, &tenant, &id))
		return -1;
	fd = keep ? cached(id) : bpf_map_get_fd_by_id(id);
	err = bpf_map_lookup_elem(fd, &key, &flow);
	if (!keep)
		close(fd);
	if (err)
		return -1;
	*sum += flow.packets + flow.bytes;
	return 0;
}

static long nested_get(int outer, long count, int keep)
{
	long sum = 0;

	for (long i = 0; i < count; i++) {
		if (add_nested(outer, i & TENANT_MASK, key_of((i >> 9) & TENANT_KEY_MASK), keep, &sum))
			return -1;
	}
	return sum;
}

long nested_get_naive(long outer, long count)
{
	return nested_get(outer, count, 0);
}

long nested_get_cached(long outer, long count)
{
	return nested_get(outer, count, 1);
}

static int create_inner(long entries)
{
	return bpf_map_create(BPF_MAP_TYPE_HASH, "inner", sizeof(struct flow_key), sizeof(struct flow), entries, NULL);
}

/* The inner maps that are in the slots of an outer map of this file's own. */
static int rotated[BATCH], spare[BATCH], rotated_outer = -1;
static long rotated_count;

static int publish_rotated(const int *fds)
{
	static __u32 tenants[BATCH];
	LIBBPF_OPTS(bpf_map_batch_opts, opts);
	__u32 updated = rotated_count;

	for (long i = 0; i < rotated_count; i++)
		tenants[i] = i;
	return bpf_map_update_batch(rotated_outer, tenants, fds, &updated, &opts);
}

/* Creates an outer map with at most 4,096 inner maps. */
long rotate_open(long count, long entries)
{
	int prototype = create_inner(entries);
	LIBBPF_OPTS(bpf_map_create_opts, opts, .inner_map_fd = prototype);

	rotated_outer = bpf_map_create(BPF_MAP_TYPE_HASH_OF_MAPS, "rotated", sizeof(__u32), sizeof(__u32), count, &opts);
	close(prototype);
	for (long i = 0; i < count; i++) {
		rotated[i] = create_inner(entries);
		spare[i] = create_inner(entries);
		if (rotated[i] < 0 || spare[i] < 0)
			return -1;
	}
	rotated_count = count;
	return publish_rotated(rotated) ? -1 : count;
}

/* Writes entries into each inner map. */
long rotate_fill(long used)
{
	static struct flow_key keys[BATCH];
	static struct flow flows[BATCH];

	for (long i = 0; i < used; i++) {
		keys[i] = key_of(i);
		flows[i] = (struct flow){i, 1};
	}
	for (long i = 0; i < rotated_count; i++) {
		LIBBPF_OPTS(bpf_map_batch_opts, opts);
		__u32 updated = used;

		if (bpf_map_update_batch(rotated[i], keys, flows, &updated, &opts))
			return -1;
	}
	return rotated_count;
}

/* Replaces all inner maps by new ones in one batch, and reads and closes the old ones. */
long rotate_drain(long entries)
{
	static struct flow_key keys[BATCH];
	static struct flow flows[BATCH];
	static int fresh[BATCH];
	long sum = 0;

	for (long i = 0; i < rotated_count; i++) {
		fresh[i] = create_inner(entries);
		if (fresh[i] < 0)
			return -1;
	}
	if (publish_rotated(fresh))
		return -1;
	for (long i = 0; i < rotated_count; i++) {
		sum += scan(rotated[i], keys, flows, BATCH);
		close(rotated[i]);
		rotated[i] = fresh[i];
	}
	return sum;
}

/* Replaces all inner maps by the empty ones of the last call in one batch, and takes the entries out of the old ones. */
long rotate_recycle(void)
{
	static struct flow_key keys[BATCH];
	static struct flow flows[BATCH];
	long sum = 0;

	if (publish_rotated(spare))
		return -1;
	for (long i = 0; i < rotated_count; i++) {
		struct flow_key cursor;
		void *in = NULL;
		int old = rotated[i], err;

		do {
			LIBBPF_OPTS(bpf_map_batch_opts, opts);
			__u32 count = BATCH;

			err = bpf_map_lookup_and_delete_batch(old, in, &cursor, keys, flows, &count, &opts);
			if (err && err != -ENOENT)
				return -1;
			for (__u32 j = 0; j < count; j++)
				sum += flows[j].packets;
			in = &cursor;
		} while (!err);
		rotated[i] = spare[i];
		spare[i] = old;
	}
	return sum;
}

long rotate_close(void)
{
	for (long i = 0; i < rotated_count; i++) {
		close(rotated[i]);
		close(spare[i]);
	}
	if (rotated_count)
		close(rotated_outer);
	rotated_count = 0;
	return 0;
}

long walk_naive(long outer)
{
	__u32 tenant, *previous = NULL, id;
	long sum = 0;

	while (!bpf_map_get_next_key(outer, previous, &tenant)) {
		if (!bpf_map_lookup_elem(outer, &tenant, &id)) {
			int fd = bpf_map_get_fd_by_id(id);

			sum += scan_next_key(fd);
			close(fd);
		}
		previous = &tenant;
	}
	return sum;
}

long walk_batch(long outer)
{
	static __u32 tenants[BATCH], ids[BATCH];
	static struct flow_key keys[INNER_ENTRIES];
	static struct flow flows[INNER_ENTRIES];
	__u32 cursor;
	void *in = NULL;
	long sum = 0;

	for (;;) {
		LIBBPF_OPTS(bpf_map_batch_opts, opts);
		__u32 count = BATCH;
		int err = bpf_map_lookup_batch(outer, in, &cursor, tenants, ids, &count, &opts);

		if (err && err != -ENOENT)
			return -1;
		for (__u32 i = 0; i < count; i++)
			sum += scan(cached(ids[i]), keys, flows, INNER_ENTRIES);
		if (err)
			return sum;
		in = &cursor;
	}
}

static int add_event(void *sum, void *data, size_t size)
{
	struct event *event = data;

	*(long *)sum += event->words[0] + event->pid;
	return 0;
}

static long ring_sum;

long ring_open(long fd)
{
	return (long)ring_buffer__new(fd, add_event, &ring_sum, NULL);
}

long ring_consume(long ring)
{
	ring_sum = 0;
	if (ring_buffer__consume((struct ring_buffer *)ring) < 0)
		return -1;
	return ring_sum;
}

static pthread_t producer;
static long live_events, live_program;

static void *emit_live(void *arg)
{
	for (long emitted = 0; emitted < live_events;) {
		LIBBPF_OPTS(bpf_test_run_opts, opts);

		if (bpf_prog_test_run_opts(live_program, &opts))
			return NULL;
		emitted += opts.retval;
		if (!opts.retval)
			sched_yield(); /* the buffer is full */
	}
	return NULL;
}

/* Starts a thread that runs the program until it has emitted this many events, a multiple of 64. */
long live_start(long program_id, long events)
{
	live_program = bpf_prog_get_fd_by_id(program_id);
	live_events = events;
	return live_program < 0 ? -1 : -pthread_create(&producer, NULL, emit_live, NULL);
}

long live_end(void)
{
	pthread_join(producer, NULL);
	return close(live_program);
}

/* Reads events while a thread emits them. */
long ring_poll_live(long ring, long program_id, long events)
{
	ring_sum = 0;
	if (live_start(program_id, events))
		return -1;
	for (long seen = 0; seen < events;) {
		int count = ring_buffer__poll((struct ring_buffer *)ring, 100);

		if (count < 0)
			return -1;
		seen += count;
	}
	live_end();
	return ring_sum;
}

long ring_close(long ring)
{
	ring_buffer__free((struct ring_buffer *)ring);
	return 0;
}
