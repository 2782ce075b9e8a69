/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Calls each helper of helper_maps.bpf.h in a program of its own, and has a second program that does
 * the same by hand:
 * helper_visit_update and hand_visit_update.
 */
#include "helper_maps.bpf.h"

struct cgroup {
	int level; /* libbpf requires a definition of the struct, with any members */
};

struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym;
void bpf_cgroup_release(struct cgroup *cgroup) __ksym;

/* Arguments of the helpers. They are variables, so that the compiler does not know the numbers. */
#define ARGUMENTS                                                                                                      \
	__u32 key __attribute__((unused)) = bpf_get_prandom_u32();                                                     \
	__u32 index __attribute__((unused)) = bpf_get_prandom_u32();                                                   \
	struct address address __attribute__((unused)) = {.host = index};                                              \
	struct ipv4_prefix prefix __attribute__((unused)) = {.prefixlen = 8, .addr = index};                           \
	struct visit visit __attribute__((unused)) = {.packets = index};                                               \
	__u64 value __attribute__((unused)) = index;                                                                   \
	__u64 sum __attribute__((unused)) = 0

#define PROGRAM(section, context, name, result)                                                                        \
	SEC(section) int name(context *ctx __attribute__((unused)))                                                    \
	{                                                                                                              \
		ARGUMENTS;                                                                                             \
                                                                                                                       \
		return result;                                                                                         \
	}

/*
 * Helpers take numbers by value, so the code by hand copies them too. Thus it can be used in the same
 * places.
 */
#define COPY_OF(number) (&(__typeof__(number)){number})

/* Before Linux 6.16, a lookup in a HASH_OF_MAPS can miss a key whose map is just being replaced. */
#define INNER_OF(outer, key_at)                                                                                        \
	({                                                                                                             \
		void *found = bpf_map_lookup_elem(&outer, key_at);                                                     \
                                                                                                                       \
		if (!found && nestmap_lookup_again)                                                                    \
			found = bpf_map_lookup_elem(&outer, key_at);                                                   \
		found;                                                                                                 \
	})

/* The same address. The verifier of Linux 7.1 and newer knows it only when it checks the instruction. */
static __always_inline char *opaque(const void *address)
{
	__u64 zero;

	asm volatile("%0 = 0" : "=r"(zero));
	return (char *)address + zero;
}

static __always_inline char *opaque_and_read(const void *address)
{
	char *same = opaque(address);

	(void)*(volatile char *)same;
	return same;
}

/* The result of a program, so that the compiler does not remove its computation. */
#define NUMBER(call) (call)
#define FOUND(call)                                                                                                    \
	({                                                                                                             \
		const __u8 *found = (const void *)(call);                                                              \
                                                                                                                       \
		found ? *found : 0;                                                                                    \
	})
#define IS_THERE(call) ((call) != NULL)
#define SOCKET(call)                                                                                                   \
	({                                                                                                             \
		struct bpf_sock *socket = (call);                                                                      \
		int family = 0;                                                                                        \
                                                                                                                       \
		if (socket) {                                                                                          \
			family = socket->family;                                                                       \
			bpf_sk_release(socket);                                                                        \
		}                                                                                                      \
		family;                                                                                                \
	})
#define RESERVED(call)                                                                                                 \
	({                                                                                                             \
		__u64 *record = (call);                                                                                \
                                                                                                                       \
		if (record)                                                                                            \
			bpf_ringbuf_discard(record, 0);                                                                \
		record ? 1 : 0;                                                                                        \
	})

/* Evaluates an expression with an inner map, map, or returns another value if there is no inner map. */
#define WITH(inner, outer, present, absent)                                                                            \
	({                                                                                                             \
		struct inner##_map *map = outer##_lookup(key);                                                         \
                                                                                                                       \
		map ? (present) : (absent);                                                                            \
	})

/* Calls a helper of an inner map, and the same helper through an outer map. */
#define INNER(section, context, inner, outer, operation, take, absent, hand, ...)                                      \
	PROGRAM(section, context, helper_##inner##_##operation,                                                        \
		WITH(inner, outer, take(inner##_##operation(map, ##__VA_ARGS__)), 0))                                  \
	PROGRAM(section, context, hand_##inner##_##operation, WITH(inner, outer, take(hand), 0))                       \
	FUSED(section, context, inner, outer, operation, take, absent, hand, ##__VA_ARGS__)

#define FUSED(section, context, inner, outer, operation, take, absent, hand, ...)                                      \
	PROGRAM(section, context, helper_##outer##_##inner##_##operation,                                              \
		take(outer##_##inner##_##operation(key, ##__VA_ARGS__)))                                               \
	PROGRAM(section, context, hand_##outer##_##inner##_##operation, take(WITH(inner, outer, hand, absent)))

#define OUTER(outer)                                                                                                   \
	PROGRAM("tc", struct __sk_buff, helper_##outer##_lookup, IS_THERE(outer##_lookup(key)))                        \
	PROGRAM("tc", struct __sk_buff, hand_##outer##_lookup, IS_THERE(INNER_OF(outer, COPY_OF(key))))

/* What the helpers count on the way of an addition that fails. */
#define COUNTED_BY_HAND(outer)                                                                                         \
	static __always_inline void count_for_##outer(__u32 number)                                                    \
	{                                                                                                              \
		__u64 *count = bpf_map_lookup_elem(&outer##_uncounted, &number);                                       \
                                                                                                                       \
		if (count)                                                                                             \
			__sync_fetch_and_add(count, 1);                                                                \
	}                                                                                                              \
	PROGRAM("tc", struct __sk_buff, helper_##outer##_count_refused, ({ outer##_count_refused(); 0; }))             \
	PROGRAM("tc", struct __sk_buff, hand_##outer##_count_refused, ({ count_for_##outer(0); 0; }))                  \
	PROGRAM("tc", struct __sk_buff, helper_##outer##_count_unknown, ({ outer##_count_unknown(); 0; }))             \
	PROGRAM("tc", struct __sk_buff, hand_##outer##_count_unknown, ({ count_for_##outer(1); 0; }))

COUNTED_BY_HAND(visits)
COUNTED_BY_HAND(visits_at)
COUNTED_BY_HAND(recents)
COUNTED_BY_HAND(steps)
COUNTED_BY_HAND(hits)
COUNTED_BY_HAND(lasts)
COUNTED_BY_HAND(shares)
COUNTED_BY_HAND(routes)
COUNTED_BY_HAND(jobs)
COUNTED_BY_HAND(frames)
COUNTED_BY_HAND(events)

#define UNKNOWN(outer, result)                                                                                         \
	({                                                                                                             \
		count_for_##outer(1);                                                                                  \
		result;                                                                                                \
	})
#define REFUSED_IF(outer, type, call, condition)                                                                       \
	({                                                                                                             \
		type got = (call);                                                                                     \
                                                                                                                       \
		if (condition)                                                                                         \
			count_for_##outer(0);                                                                          \
		got;                                                                                                   \
	})
#define REFUSED(outer, type, call) REFUSED_IF(outer, type, call, got)
#define REFUSED_UPDATE(outer, call) REFUSED_IF(outer, int, call, got && got != -17 && got != -2)
#define REFUSED_POINTER(outer, call) REFUSED_IF(outer, void *, call, !got)

#define TC(...) INNER("tc", struct __sk_buff, __VA_ARGS__)
#define XDP(...) INNER("xdp", struct xdp_md, __VA_ARGS__)
#define TRACE(...) INNER("raw_tp", void, __VA_ARGS__)
#define ENOENT_ (-2)

OUTER(visits)
OUTER(visits_at)
OUTER(recents)
OUTER(steps)
OUTER(limits)
OUTER(hits)
OUTER(lasts)
OUTER(shares)
OUTER(routes)
OUTER(jobs)
OUTER(frames)
OUTER(seens)
OUTER(events)
OUTER(commands)
OUTER(ports)
OUTER(devices)
OUTER(workers)
OUTER(rings)
OUTER(peers)
OUTER(clients)
OUTER(listeners)
OUTER(groups)
OUTER(counters)
OUTER(traces)
OUTER(stacks)
OUTER(sessions)
OUTER(works)
OUTER(budgets)

/* Hashes and arrays. */

#define INIT_BY_HAND(inner, key_type, key_at, value_type, init_at, second)                                             \
	static __always_inline void *init_##inner(struct inner##_map *map, key_type key, value_type init)              \
	{                                                                                                              \
		void *found = bpf_map_lookup_elem(map, key_at);                                                        \
                                                                                                                       \
		if (found)                                                                                             \
			return found;                                                                                  \
		bpf_map_update_elem(map, key_at, init_at, BPF_NOEXIST);                                                \
		return second;                                                                                         \
	}
#define COUNTED_INIT(inner, outer)                                                                                     \
	INIT_BY_HAND(inner, __u32, &key, __u64, &init, REFUSED_POINTER(outer, bpf_map_lookup_elem(map, &key)))

/* The inner maps of two outer maps, which count what the helpers of the inner map don't. */
INIT_BY_HAND(visit, const struct address *, key, const struct visit *, init, bpf_map_lookup_elem(map, key))
COUNTED_INIT(recent, recents)
COUNTED_INIT(hit, hits)
COUNTED_INIT(last, lasts)

#define ADD_BY_HAND(inner, outer)                                                                                      \
	static __always_inline int add_to_##inner(struct inner##_map *map, __u32 key, __u64 by)                        \
	{                                                                                                              \
		__u64 *found = bpf_map_lookup_elem(map, &key);                                                         \
		int error;                                                                                             \
                                                                                                                       \
		if (!found) {                                                                                          \
			error = bpf_map_update_elem(map, &key, &by, BPF_NOEXIST);                                      \
			if (!error)                                                                                    \
				return 0;                                                                              \
			found = bpf_map_lookup_elem(map, &key);                                                        \
			if (!found) {                                                                                  \
				count_for_##outer(0);                                                                  \
				return error;                                                                          \
			}                                                                                              \
		}                                                                                                      \
		__sync_fetch_and_add(found, by);                                                                       \
		return 0;                                                                                              \
	}

ADD_BY_HAND(recent, recents)
ADD_BY_HAND(hit, hits)
ADD_BY_HAND(last, lasts)

#define ADD_AT_BY_HAND(inner, outer)                                                                                   \
	static __always_inline int add_to_##inner(struct inner##_map *map, __u32 index, __u64 by)                      \
	{                                                                                                              \
		__u64 *found = bpf_map_lookup_elem(map, &index);                                                       \
                                                                                                                       \
		if (!found) {                                                                                          \
			count_for_##outer(0);                                                                          \
			return -2;                                                                                     \
		}                                                                                                      \
		__sync_fetch_and_add(found, by);                                                                       \
		return 0;                                                                                              \
	}

ADD_AT_BY_HAND(step, steps)
ADD_AT_BY_HAND(share, shares)

static __always_inline int add_to_visit(struct visit_map *map, const struct address *key, const struct visit *by)
{
	struct visit *found = bpf_map_lookup_elem(map, key);
	int error;

	if (!found) {
		error = bpf_map_update_elem(map, key, by, BPF_NOEXIST);
		if (!error)
			return 0;
		found = bpf_map_lookup_elem(map, key);
		if (!found)
			return error;
	}
	__sync_fetch_and_add(&found->packets, by->packets);
	__sync_fetch_and_add(&found->bytes, by->bytes);
	return 0;
}

static long add_visit(struct visit_map *map, const struct address *key, struct visit *value, void *context)
{
	(void)map;
	*(__u64 *)context += key->port + value->bytes;
	return 0;
}

#define COUNT(type, value_type)                                                                                        \
	static long add_##type(struct type##_map *map, const __u32 *key, value_type *value, void *context)             \
	{                                                                                                              \
		(void)map;                                                                                             \
		*(__u64 *)context += *key + *value;                                                                    \
		return 0;                                                                                              \
	}

COUNT(recent, __u64)
COUNT(step, __u64)
COUNT(limit, const __u64)
COUNT(hit, __u64)
COUNT(last, __u64)
COUNT(share, __u64)

#define FOR_EACH(inner, outer)                                                                                         \
	TC(inner, outer, for_each, NUMBER, ENOENT_, bpf_for_each_map_elem(map, add_##inner, &sum, 0), add_##inner, &sum)
#define LOOKUP(inner, outer) TC(inner, outer, lookup, FOUND, NULL, bpf_map_lookup_elem(map, COPY_OF(index)), index)
/*
 * Like INNER, but the code by hand for both maps is a function with the parameters of the helper. So clang chooses the same
 * registers.
 */
#define BY_FUNCTION(inner, outer, operation, take, hand, hand_outer, ...)                                              \
	PROGRAM("tc", struct __sk_buff, helper_##inner##_##operation,                                                  \
		WITH(inner, outer, take(inner##_##operation(map, ##__VA_ARGS__)), 0))                                  \
	PROGRAM("tc", struct __sk_buff, hand_##inner##_##operation, WITH(inner, outer, take(hand), 0))                 \
	PROGRAM("tc", struct __sk_buff, helper_##outer##_##inner##_##operation,                                        \
		take(outer##_##inner##_##operation(key, ##__VA_ARGS__)))                                               \
	PROGRAM("tc", struct __sk_buff, hand_##outer##_##inner##_##operation, take(hand_outer))
#define UPDATE(inner, outer)                                                                                           \
	static __always_inline int update_one_of_##outer(struct inner##_map *map, __u32 key, __u64 value, __u64 flags) \
	{                                                                                                              \
		return REFUSED_UPDATE(outer, bpf_map_update_elem(map, &key, &value, flags));                           \
	}                                                                                                              \
	static __always_inline int update_in_##outer(__u32 outer_key, __u32 key, __u64 value, __u64 flags)             \
	{                                                                                                              \
		struct inner##_map *map = outer##_lookup(outer_key);                                                   \
                                                                                                                       \
		if (!map) {                                                                                            \
			count_for_##outer(1);                                                                          \
			return ENOENT_;                                                                                \
		}                                                                                                      \
		return update_one_of_##outer(map, key, value, flags);                                                  \
	}                                                                                                              \
	BY_FUNCTION(inner, outer, update, NUMBER, update_one_of_##outer(map, index, value, BPF_ANY),                   \
		    update_in_##outer(key, index, value, BPF_ANY), index, value, BPF_ANY)
#define DELETE(inner, outer) TC(inner, outer, delete, NUMBER, ENOENT_, bpf_map_delete_elem(map, COPY_OF(index)), index)
#define INIT(inner, outer)                                                                                             \
	static __always_inline void *init_in_##outer(__u32 outer_key, __u32 key, __u64 value)                          \
	{                                                                                                              \
		struct inner##_map *map = outer##_lookup(outer_key);                                                   \
                                                                                                                       \
		if (!map) {                                                                                            \
			count_for_##outer(1);                                                                          \
			return NULL;                                                                                   \
		}                                                                                                      \
		return init_##inner(map, key, value);                                                                  \
	}                                                                                                              \
	BY_FUNCTION(inner, outer, lookup_or_init, FOUND, init_##inner(map, index, value),                              \
		    init_in_##outer(key, index, value), index, value)
#define PERCPU(inner, outer)                                                                                           \
	TC(inner, outer, lookup_percpu, FOUND, NULL, bpf_map_lookup_percpu_elem(map, COPY_OF(index), key), index, key)
#define ADD(inner, outer)                                                                                              \
	static __always_inline int add_to_##outer(__u32 outer_key, __u32 key, __u64 by)                                \
	{                                                                                                              \
		struct inner##_map *map = outer##_lookup(outer_key);                                                   \
                                                                                                                       \
		if (!map) {                                                                                            \
			count_for_##outer(1);                                                                          \
			return ENOENT_;                                                                                \
		}                                                                                                      \
		return add_to_##inner(map, key, by);                                                                   \
	}                                                                                                              \
	BY_FUNCTION(inner, outer, add, NUMBER, add_to_##inner(map, index, value), add_to_##outer(key, index, value), index, \
		    value)
#define HASHED(inner, outer)                                                                                           \
	LOOKUP(inner, outer)                                                                                           \
	UPDATE(inner, outer)                                                                                           \
	DELETE(inner, outer)                                                                                           \
	INIT(inner, outer)                                                                                             \
	FOR_EACH(inner, outer)

#define VISITS(outer, operation, take, absent, hand, ...)                                                              \
	FUSED("tc", struct __sk_buff, visit, outer, operation, take, absent, hand, ##__VA_ARGS__)
#define EACH(operation, take, absent, hand, ...)                                                                       \
	PROGRAM("tc", struct __sk_buff, helper_visit_##operation,                                                      \
		WITH(visit, visits, take(visit_##operation(map, ##__VA_ARGS__)), 0))                                   \
	PROGRAM("tc", struct __sk_buff, hand_visit_##operation, WITH(visit, visits, take(hand), 0))                    \
	VISITS(visits, operation, take, absent, hand, ##__VA_ARGS__)                                                   \
	VISITS(visits_at, operation, take, absent, hand, ##__VA_ARGS__)
#define ADDED(outer, operation, take, type, absent, call, condition)                                                   \
	static __always_inline type operation##_in_##outer(__u32 outer_key, const struct address *key,                 \
							   const struct visit *value, __u64 flags)                     \
	{                                                                                                              \
		struct visit_map *map = outer##_lookup(outer_key);                                                     \
		type got;                                                                                              \
                                                                                                                       \
		(void)flags;                                                                                           \
		if (!map) {                                                                                            \
			count_for_##outer(1);                                                                          \
			return absent;                                                                                 \
		}                                                                                                      \
		got = call;                                                                                            \
		if (condition)                                                                                         \
			count_for_##outer(0);                                                                          \
		return got;                                                                                            \
	}
#define EACH_ADDED(operation, take, type, absent, call, condition, flags, ...)                                         \
	ADDED(visits, operation, take, type, absent, call, condition)                                                  \
	ADDED(visits_at, operation, take, type, absent, call, condition)                                               \
	PROGRAM("tc", struct __sk_buff, helper_visit_##operation,                                                      \
		WITH(visit, visits, take(visit_##operation(map, &address, &visit, ##__VA_ARGS__)), 0))                 \
	PROGRAM("tc", struct __sk_buff, helper_visits_visit_##operation,                                               \
		take(visits_visit_##operation(key, &address, &visit, ##__VA_ARGS__)))                                  \
	PROGRAM("tc", struct __sk_buff, helper_visits_at_visit_##operation,                                            \
		take(visits_at_visit_##operation(key, &address, &visit, ##__VA_ARGS__)))                               \
	PROGRAM("tc", struct __sk_buff, hand_visits_visit_##operation,                                                 \
		take(operation##_in_visits(key, &address, &visit, flags)))                                             \
	PROGRAM("tc", struct __sk_buff, hand_visits_at_visit_##operation,                                              \
		take(operation##_in_visits_at(key, &address, &visit, flags)))

EACH(lookup, FOUND, NULL, bpf_map_lookup_elem(map, &address), &address)
EACH(delete, NUMBER, ENOENT_, bpf_map_delete_elem(map, &address), &address)
EACH(for_each, NUMBER, ENOENT_, bpf_for_each_map_elem(map, add_visit, &sum, 0), add_visit, &sum)
EACH_ADDED(update, NUMBER, int, ENOENT_, bpf_map_update_elem(map, key, value, flags), got && got != -17 && got != -2,
	   BPF_ANY, BPF_ANY)
EACH_ADDED(lookup_or_init, FOUND, void *, NULL, init_visit(map, key, value), !got, 0)
EACH_ADDED(add, NUMBER, int, ENOENT_, add_to_visit(map, key, value), got, 0)

PROGRAM("tc", struct __sk_buff, hand_visit_update,
	WITH(visit, visits, bpf_map_update_elem(map, &address, &visit, BPF_ANY), 0))
PROGRAM("tc", struct __sk_buff, hand_visit_lookup_or_init,
	WITH(visit, visits, FOUND(init_visit(map, &address, &visit)), 0))
PROGRAM("tc", struct __sk_buff, hand_visit_add, WITH(visit, visits, add_to_visit(map, &address, &visit), 0))

HASHED(recent, recents)
ADD(recent, recents)
HASHED(hit, hits)
PERCPU(hit, hits)
ADD(hit, hits)
HASHED(last, lasts)
PERCPU(last, lasts)
ADD(last, lasts)
LOOKUP(step, steps)
UPDATE(step, steps)
ADD(step, steps)
FOR_EACH(step, steps)
LOOKUP(share, shares)
UPDATE(share, shares)
PERCPU(share, shares)
ADD(share, shares)
FOR_EACH(share, shares)
LOOKUP(limit, limits)
FOR_EACH(limit, limits)

TC(route, routes, lookup, FOUND, NULL, bpf_map_lookup_elem(map, &prefix), &prefix)
TC(route, routes, update, NUMBER, UNKNOWN(routes, ENOENT_),
   REFUSED_UPDATE(routes, bpf_map_update_elem(map, &prefix, COPY_OF(value), BPF_ANY)), &prefix, value, BPF_ANY)
TC(route, routes, delete, NUMBER, ENOENT_, bpf_map_delete_elem(map, &prefix), &prefix)

/* Inner maps on demand. */

static __always_inline void request_recents(__u32 key)
{
	__u32 slot = 0, unrequested = 2;
	struct recents_misses *table = bpf_map_lookup_elem(&recents_requests, &slot);
	__u64 *missed = NULL, first = 1;

	if (table) {
		missed = bpf_map_lookup_elem(table, &key);
		if (!missed) {
			if (!bpf_map_update_elem(table, &key, &first, BPF_NOEXIST))
				return;
			missed = bpf_map_lookup_elem(table, &key);
		}
	}
	if (!missed)
		missed = bpf_map_lookup_elem(&recents_uncounted, &unrequested);
	if (missed)
		__sync_fetch_and_add(missed, 1);
}

static __always_inline struct recent_map *lookup_or_request_recents(__u32 key)
{
	struct recent_map *map = recents_lookup(key);

	if (!map)
		request_recents(key);
	return map;
}

static __always_inline __u64 *lookup_recent(struct recent_map *map, __u32 key)
{
	return bpf_map_lookup_elem(map, &key);
}

static __always_inline __u64 *lookup_recent_or_request(__u32 outer, __u32 inner)
{
	struct recent_map *map = lookup_or_request_recents(outer);

	return map ? lookup_recent(map, inner) : NULL;
}

PROGRAM("tc", struct __sk_buff, helper_recents_request, ({ recents_request(key); 0; }))
PROGRAM("tc", struct __sk_buff, hand_recents_request, ({ request_recents(key); 0; }))
PROGRAM("tc", struct __sk_buff, helper_recents_lookup_or_request, IS_THERE(recents_lookup_or_request(key)))
PROGRAM("tc", struct __sk_buff, hand_recents_lookup_or_request, IS_THERE(lookup_or_request_recents(key)))
PROGRAM("tc", struct __sk_buff, helper_recents_recent_lookup_or_request,
	FOUND(recents_recent_lookup_or_request(key, index)))
PROGRAM("tc", struct __sk_buff, hand_recents_recent_lookup_or_request, FOUND(lookup_recent_or_request(key, index)))

/* Queues, stacks, Bloom filters and ring buffers. */

#define PUSH_BY_HAND(inner, outer)                                                                                     \
	static __always_inline int push_one_of_##outer(struct inner##_map *map, __u64 value, __u64 flags)              \
	{                                                                                                              \
		int error = bpf_map_push_elem(map, &value, flags);                                                     \
                                                                                                                       \
		if (error)                                                                                             \
			count_for_##outer(0);                                                                          \
		return error;                                                                                          \
	}                                                                                                              \
	static __always_inline int push_in_##outer(__u32 outer_key, __u64 value, __u64 flags)                          \
	{                                                                                                              \
		struct inner##_map *map = outer##_lookup(outer_key);                                                   \
                                                                                                                       \
		if (!map) {                                                                                            \
			count_for_##outer(1);                                                                          \
			return ENOENT_;                                                                                \
		}                                                                                                      \
		return push_one_of_##outer(map, value, flags);                                                         \
	}                                                                                                              \
	BY_FUNCTION(inner, outer, push, NUMBER, push_one_of_##outer(map, value, BPF_EXIST),                            \
		    push_in_##outer(key, value, BPF_EXIST), value, BPF_EXIST)

#define PUSHED(inner, outer)                                                                                           \
	TC(inner, outer, pop, NUMBER, ENOENT_, bpf_map_pop_elem(map, opaque(&sum)), &sum)                              \
	TC(inner, outer, peek, NUMBER, ENOENT_, bpf_map_peek_elem(map, opaque(&sum)), &sum)

PUSH_BY_HAND(job, jobs)
PUSH_BY_HAND(frame, frames)
PUSHED(job, jobs)
PUSHED(frame, frames)
TC(seen, seens, add, NUMBER, ENOENT_, bpf_map_push_elem(map, COPY_OF(value), BPF_ANY), value)
TC(seen, seens, might_contain, NUMBER, 0, !bpf_map_peek_elem(map, opaque_and_read(COPY_OF(value))), value)

static __always_inline __u64 *reserve(struct event_map *map)
{
	__u64 *record = bpf_ringbuf_reserve(map, sizeof(__u64), 0);

	if (!record)
		count_for_events(0);
	return record;
}

static __always_inline __u64 *reserve_in(__u32 key)
{
	struct event_map *map = events_lookup(key);

	if (!map) {
		count_for_events(1);
		return NULL;
	}
	return reserve(map);
}

PROGRAM("tc", struct __sk_buff, helper_event_reserve, WITH(event, events, RESERVED(event_reserve(map)), 0))
PROGRAM("tc", struct __sk_buff, hand_event_reserve, WITH(event, events, RESERVED(reserve(map)), 0))
PROGRAM("tc", struct __sk_buff, helper_events_event_reserve, RESERVED(events_event_reserve(key)))
PROGRAM("tc", struct __sk_buff, hand_events_event_reserve, RESERVED(reserve_in(key)))
TC(event, events, output, NUMBER, UNKNOWN(events, ENOENT_),
   REFUSED(events, long, bpf_ringbuf_output(map, COPY_OF(value), sizeof(value), 0)), value, 0)
TC(event, events, query, NUMBER, 0, bpf_ringbuf_query(map, BPF_RB_AVAIL_DATA), BPF_RB_AVAIL_DATA)

/* Passes a reserved record to a function. */
#define RESERVE_AND(function)                                                                                          \
	WITH(event, events, ({                                                                                         \
		     __u64 *record = event_reserve(map);                                                               \
                                                                                                                       \
		     if (record)                                                                                       \
			     function(record, BPF_RB_NO_WAKEUP);                                                       \
		     0;                                                                                                \
	     }),                                                                                                       \
	     0)

PROGRAM("tc", struct __sk_buff, helper_event_submit, RESERVE_AND(event_submit))
PROGRAM("tc", struct __sk_buff, hand_event_submit, RESERVE_AND(bpf_ringbuf_submit))
PROGRAM("tc", struct __sk_buff, helper_event_discard, RESERVE_AND(event_discard))
PROGRAM("tc", struct __sk_buff, hand_event_discard, RESERVE_AND(bpf_ringbuf_discard))

static long read_by_helper(struct bpf_dynptr *record, void *context)
{
	return command_read(context, record) ? 1 : 0;
}

static long read_by_hand(struct bpf_dynptr *record, void *context)
{
	return bpf_dynptr_read(context, sizeof(__u64), record, 0, 0) ? 1 : 0;
}

TC(command, commands, drain, NUMBER, ENOENT_, bpf_user_ringbuf_drain(map, read_by_hand, &sum, 0), read_by_hand, &sum, 0)

PROGRAM("tc", struct __sk_buff, helper_command_read,
	WITH(command, commands, bpf_user_ringbuf_drain(map, read_by_helper, &sum, 0), 0))
PROGRAM("tc", struct __sk_buff, hand_command_read,
	WITH(command, commands, bpf_user_ringbuf_drain(map, read_by_hand, &sum, 0), 0))

/* Maps to redirect packets to. */

#define REDIRECT(inner, outer)                                                                                         \
	XDP(inner, outer, redirect, NUMBER, (long)(value & XDP_TX), bpf_redirect_map(map, index, value), index, value)

REDIRECT(port, ports)
XDP(port, ports, lookup, FOUND, NULL, bpf_map_lookup_elem(map, COPY_OF(index)), index)
REDIRECT(device, devices)
XDP(device, devices, lookup, FOUND, NULL, bpf_map_lookup_elem(map, COPY_OF(index)), index)
REDIRECT(worker, workers)
REDIRECT(ring, rings)
XDP(ring, rings, lookup, IS_THERE, NULL, bpf_map_lookup_elem(map, COPY_OF(index)), index)

/*
 * Sockets. The sockets to put are found in the same map. Since Linux 7.3, programs for packets may not change such maps. Programs of sk_lookup
 * return 0 or 1.
 */

#define SOCKETS(...) INNER("sk_lookup", struct bpf_sk_lookup, __VA_ARGS__)
#define COPIED(inner, outer, from, put, take_out)                                                                      \
	SOCKETS(inner, outer, lookup, 0 != SOCKET, NULL, bpf_map_lookup_elem(map, from), put)                          \
	SOCKETS(inner, outer, delete, 1 & NUMBER, ENOENT_, bpf_map_delete_elem(map, from), take_out)

COPIED(peer, peers, COPY_OF(index), index, index)
COPIED(client, clients, &address, &address, &address)

#define COPY(inner, outer, from, helper)                                                                               \
	WITH(inner, outer, ({                                                                                          \
		     struct bpf_sock *socket = bpf_map_lookup_elem(map, from);                                         \
		     int result = 0;                                                                                   \
                                                                                                                       \
		     if (socket) {                                                                                     \
			     result = helper;                                                                          \
			     bpf_sk_release(socket);                                                                   \
		     }                                                                                                 \
		     result;                                                                                           \
	     }),                                                                                                       \
	     0)
#define COPIES(inner, outer, from, name, helper, hand)                                                                 \
	PROGRAM("sk_lookup", struct bpf_sk_lookup, helper_##name, 0 == COPY(inner, outer, from, helper))               \
	PROGRAM("sk_lookup", struct bpf_sk_lookup, hand_##name, 0 == COPY(inner, outer, from, hand))

COPIES(peer, peers, COPY_OF(index), peer_update, peer_update(map, index, socket, BPF_ANY),
       bpf_map_update_elem(map, COPY_OF(index), socket, BPF_ANY))
COPIES(peer, peers, COPY_OF(index), peers_peer_update, peers_peer_update(key, index, socket, BPF_ANY),
       WITH(peer, peers, bpf_map_update_elem(map, COPY_OF(index), socket, BPF_ANY), ENOENT_))
COPIES(client, clients, &address, client_update, client_update(map, &address, socket, BPF_ANY),
       bpf_map_update_elem(map, &address, socket, BPF_ANY))
COPIES(client, clients, &address, clients_client_update, clients_client_update(key, &address, socket, BPF_ANY),
       WITH(client, clients, bpf_map_update_elem(map, &address, socket, BPF_ANY), ENOENT_))

#define SKB(...) INNER("sk_skb/stream_verdict", struct __sk_buff, __VA_ARGS__)
#define MSG(...) INNER("sk_msg", struct sk_msg_md, __VA_ARGS__)
#define OPS(...) INNER("sockops", struct bpf_sock_ops, __VA_ARGS__)
#define REUSEPORT(...) INNER("sk_reuseport", struct sk_reuseport_md, __VA_ARGS__)

SKB(peer, peers, sk_redirect, NUMBER, SK_DROP, bpf_sk_redirect_map(ctx, map, index, 0), ctx, index, 0)
SKB(client, clients, sk_redirect, NUMBER, SK_DROP, bpf_sk_redirect_hash(ctx, map, &address, 0), ctx, &address, 0)
MSG(peer, peers, msg_redirect, NUMBER, SK_DROP, bpf_msg_redirect_map(ctx, map, index, 0), ctx, index, 0)
MSG(client, clients, msg_redirect, NUMBER, SK_DROP, bpf_msg_redirect_hash(ctx, map, &address, 0), ctx, &address, 0)
OPS(peer, peers, sock_update, 0 == NUMBER, ENOENT_, bpf_sock_map_update(ctx, map, COPY_OF(index), BPF_ANY), ctx, index,
    BPF_ANY)
OPS(client, clients, sock_update, 0 == NUMBER, ENOENT_, bpf_sock_hash_update(ctx, map, &address, BPF_ANY), ctx,
    &address, BPF_ANY)
REUSEPORT(peer, peers, select_reuseport, 0 == NUMBER, ENOENT_, bpf_sk_select_reuseport(ctx, map, COPY_OF(index), 0),
	  ctx, index, 0)
REUSEPORT(client, clients, select_reuseport, 0 == NUMBER, ENOENT_, bpf_sk_select_reuseport(ctx, map, &address, 0),
	  ctx, &address, 0)
REUSEPORT(listener, listeners, select_reuseport, 0 == NUMBER, ENOENT_,
	  bpf_sk_select_reuseport(ctx, map, COPY_OF(index), 0), ctx, index, 0)

/* Control groups, perf events, stacks. */

TC(group, groups, skb_under, NUMBER, ENOENT_, bpf_skb_under_cgroup(ctx, map, index), ctx, index)
TRACE(group, groups, current_task_under, NUMBER, ENOENT_, bpf_current_task_under_cgroup(map, index), index)

static __always_inline long read_event(struct bpf_perf_event_value *value, long result)
{
	return result ?: value->counter;
}

#define COUNTED(call)                                                                                                  \
	({                                                                                                             \
		struct bpf_perf_event_value counted = {};                                                              \
		long result = (call);                                                                                  \
                                                                                                                       \
		read_event(&counted, result);                                                                          \
	})

TRACE(counter, counters, perf_read, COUNTED, ENOENT_,
      bpf_perf_event_read_value(map, BPF_F_CURRENT_CPU, &counted, sizeof(counted)), &counted, BPF_F_CURRENT_CPU)
TRACE(counter, counters, perf_output, NUMBER, ENOENT_,
      bpf_perf_event_output(ctx, map, BPF_F_CURRENT_CPU, &value, sizeof(value)), ctx, &value, sizeof(value),
      BPF_F_CURRENT_CPU)
TRACE(traced, traces, perf_output, NUMBER, ENOENT_,
      bpf_perf_event_output(ctx, map, BPF_F_CURRENT_CPU, COPY_OF(value), sizeof(value)), ctx, value)
TRACE(stack, stacks, record, NUMBER, ENOENT_, bpf_get_stackid(ctx, map, 0), ctx, 0)

/* Local storage of sockets, tasks and control groups. */

#define STORED(USE, inner, outer, storage, owner)                                                                      \
	USE(inner, outer, lookup, FOUND, NULL, storage##_get(map, owner, NULL, 0), owner)                              \
	USE(inner, outer, lookup_or_init, FOUND, NULL,                                                                 \
	    storage##_get(map, owner, COPY_OF(value), BPF_LOCAL_STORAGE_GET_F_CREATE), owner, value)                           \
	USE(inner, outer, delete, NUMBER, ENOENT_, storage##_delete(map, owner), owner)

/* The owner is a variable of the program, which ends if there is no owner. */
#define OWNED(section, context, find, release, inner, outer, operation, take, absent, hand, ...)                       \
	OWNING(section, context, find, release, helper_##inner##_##operation,                                          \
	       WITH(inner, outer, take(inner##_##operation(map, ##__VA_ARGS__)), 0))                                   \
	OWNING(section, context, find, release, hand_##inner##_##operation, WITH(inner, outer, take(hand), 0))         \
	OWNING(section, context, find, release, helper_##outer##_##inner##_##operation,                                \
	       take(outer##_##inner##_##operation(key, ##__VA_ARGS__)))                                                \
	OWNING(section, context, find, release, hand_##outer##_##inner##_##operation,                                  \
	       take(WITH(inner, outer, hand, absent)))

#define OWNING(section, context, find, release, name, result)                                                          \
	SEC(section) int name(context *ctx __attribute__((unused)))                                                    \
	{                                                                                                              \
		ARGUMENTS;                                                                                             \
		__auto_type owner = find;                                                                              \
		int given = 0;                                                                                         \
                                                                                                                       \
		if (owner) {                                                                                           \
			given = result;                                                                                \
			release;                                                                                       \
		}                                                                                                      \
		return given;                                                                                          \
	}

#define OF_SOCKET(...) OWNED("tc", struct __sk_buff, ctx->sk ? bpf_sk_fullsock(ctx->sk) : NULL, (void)0, __VA_ARGS__)
#define OF_TASK(...) OWNED("raw_tp", void, (struct task_struct *)bpf_get_current_task_btf(), (void)0, __VA_ARGS__)
#define OF_CGROUP(...) OWNED("syscall", void, bpf_cgroup_from_id(1), bpf_cgroup_release(owner), __VA_ARGS__)

STORED(OF_SOCKET, session, sessions, bpf_sk_storage, owner)
STORED(OF_TASK, work, works, bpf_task_storage, owner)
STORED(OF_CGROUP, budget, budgets, bpf_cgrp_storage, owner)

/* Helpers of plain maps name the map themselves. */

PROGRAM("xdp", struct xdp_md, helper_stage_tail_call, ({ stage_tail_call(ctx, index); 0; }))
PROGRAM("xdp", struct xdp_md, hand_stage_tail_call, ({ bpf_tail_call(ctx, &stage, index); 0; }))

char _license[] SEC("license") = "GPL";
