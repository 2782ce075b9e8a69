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
	struct mark mark __attribute__((unused)) = {.last = index};                                                    \
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

/* Calls a helper of an inner map. */
#define ONE(section, context, inner, outer, operation, take, hand, ...)                                                \
	PROGRAM(section, context, helper_##inner##_##operation,                                                        \
		WITH(inner, outer, take(inner##_##operation(map, ##__VA_ARGS__)), 0))                                  \
	PROGRAM(section, context, hand_##inner##_##operation, WITH(inner, outer, take(hand), 0))

/* Calls a helper of an inner map, and the same helper through an outer map. */
#define INNER(section, context, inner, outer, operation, take, absent, hand, ...)                                      \
	ONE(section, context, inner, outer, operation, take, hand, ##__VA_ARGS__)                                      \
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
COUNTED_BY_HAND(marks)
COUNTED_BY_HAND(marks_at)
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
#define ONE_TC(...) ONE("tc", struct __sk_buff, __VA_ARGS__)
#define TRACE(...) INNER("raw_tp", void, __VA_ARGS__)
#define ENOENT_ (-2)

OUTER(visits)
OUTER(visits_at)
OUTER(marks)
OUTER(marks_at)
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
OUTER(traces)
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
INIT_BY_HAND(mark, const struct address *, key, const struct mark *, init, bpf_map_lookup_elem(map, key))
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

#define LOOKUP(inner, outer) TC(inner, outer, lookup, FOUND, NULL, bpf_map_lookup_elem(map, COPY_OF(index)), index)
/*
 * Like INNER, but the code by hand for both maps is a function with the parameters of the helper. So clang chooses the same
 * registers.
 */
#define THROUGH(inner, outer, operation, take, hand_outer, ...)                                                        \
	PROGRAM("tc", struct __sk_buff, helper_##outer##_##inner##_##operation,                                        \
		take(outer##_##inner##_##operation(key, ##__VA_ARGS__)))                                               \
	PROGRAM("tc", struct __sk_buff, hand_##outer##_##inner##_##operation, take(hand_outer))
#define BY_FUNCTION(inner, outer, operation, take, hand, hand_outer, ...)                                              \
	ONE_TC(inner, outer, operation, take, hand, ##__VA_ARGS__)                                                     \
	THROUGH(inner, outer, operation, take, hand_outer, ##__VA_ARGS__)
#define UPDATE_ONE(inner, outer)                                                                                       \
	static __always_inline int update_one_of_##outer(struct inner##_map *map, __u32 key, __u64 value, __u64 flags) \
	{                                                                                                              \
		return REFUSED_UPDATE(outer, bpf_map_update_elem(map, &key, &value, flags));                           \
	}                                                                                                              \
	ONE_TC(inner, outer, update, NUMBER, update_one_of_##outer(map, index, value, BPF_ANY), index, value, BPF_ANY)
#define UPDATE_IN(inner, outer)                                                                                        \
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
	THROUGH(inner, outer, update, NUMBER, update_in_##outer(key, index, value, BPF_ANY), index, value, BPF_ANY)
#define DELETE(inner, outer) ONE_TC(inner, outer, delete, NUMBER, bpf_map_delete_elem(map, COPY_OF(index)), index)
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
	UPDATE_ONE(inner, outer)                                                                                       \
	DELETE(inner, outer)                                                                                           \
	INIT(inner, outer)

#define EACH(inner, operation, take, absent, hand, ...)                                                                \
	ONE_TC(inner, inner##s, operation, take, hand, ##__VA_ARGS__)                                                  \
	FUSED("tc", struct __sk_buff, inner, inner##s, operation, take, absent, hand, ##__VA_ARGS__)                   \
	FUSED("tc", struct __sk_buff, inner, inner##s_at, operation, take, absent, hand, ##__VA_ARGS__)
#define ADDED(inner, outer, operation, take, type, absent, call, condition)                                            \
	static __always_inline type operation##_in_##outer(__u32 outer_key, const struct address *key,                 \
							   const struct inner *value, __u64 flags)                     \
	{                                                                                                              \
		struct inner##_map *map = outer##_lookup(outer_key);                                                   \
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
#define EACH_ADDED(inner, operation, take, type, absent, call, condition, flags, ...)                                  \
	ADDED(inner, inner##s, operation, take, type, absent, call, condition)                                         \
	ADDED(inner, inner##s_at, operation, take, type, absent, call, condition)                                      \
	THROUGH(inner, inner##s, operation, take, operation##_in_##inner##s(key, &address, &inner, flags), &address,   \
		&inner, ##__VA_ARGS__)                                                                                 \
	THROUGH(inner, inner##s_at, operation, take, operation##_in_##inner##s_at(key, &address, &inner, flags),       \
		&address, &inner, ##__VA_ARGS__)
#define ENTRIES(inner)                                                                                                 \
	EACH(inner, lookup, FOUND, NULL, bpf_map_lookup_elem(map, &address), &address)                                 \
	ONE_TC(inner, inner##s, delete, NUMBER, bpf_map_delete_elem(map, &address), &address)                          \
	ONE_TC(inner, inner##s, update, NUMBER, bpf_map_update_elem(map, &address, &inner, BPF_ANY), &address, &inner, \
	       BPF_ANY)                                                                                                \
	ONE_TC(inner, inner##s, lookup_or_init, FOUND, init_##inner(map, &address, &inner), &address, &inner)          \
	EACH_ADDED(inner, lookup_or_init, FOUND, void *, NULL, init_##inner(map, key, value), !got, 0)

ENTRIES(visit)
ONE_TC(visit, visits, add, NUMBER, add_to_visit(map, &address, &visit), &address, &visit)
EACH_ADDED(visit, add, NUMBER, int, ENOENT_, add_to_visit(map, key, value), got, 0)

ENTRIES(mark)
EACH_ADDED(mark, update, NUMBER, int, ENOENT_, bpf_map_update_elem(map, key, value, flags),
	   got && got != -17 && got != -2, BPF_ANY, BPF_ANY)

HASHED(recent, recents)
UPDATE_IN(recent, recents)
HASHED(hit, hits)
ADD(hit, hits)
HASHED(last, lasts)
ADD(last, lasts)
LOOKUP(step, steps)
UPDATE_ONE(step, steps)
ADD(step, steps)
LOOKUP(share, shares)
UPDATE_ONE(share, shares)
ADD(share, shares)
LOOKUP(limit, limits)

TC(route, routes, lookup, FOUND, NULL, bpf_map_lookup_elem(map, &prefix), &prefix)
TC(route, routes, update, NUMBER, UNKNOWN(routes, ENOENT_),
   REFUSED_UPDATE(routes, bpf_map_update_elem(map, &prefix, COPY_OF(value), BPF_ANY)), &prefix, value, BPF_ANY)
ONE_TC(route, routes, delete, NUMBER, bpf_map_delete_elem(map, &prefix), &prefix)

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

PROGRAM("tc", struct __sk_buff, helper_recents_request, ({ recents_request(key); 0; }))
PROGRAM("tc", struct __sk_buff, hand_recents_request, ({ request_recents(key); 0; }))
PROGRAM("tc", struct __sk_buff, helper_recents_lookup_or_request, IS_THERE(recents_lookup_or_request(key)))
PROGRAM("tc", struct __sk_buff, hand_recents_lookup_or_request, IS_THERE(lookup_or_request_recents(key)))

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
TRACE(traced, traces, perf_output, NUMBER, ENOENT_,
      bpf_perf_event_output(ctx, map, BPF_F_CURRENT_CPU, COPY_OF(value), sizeof(value)), ctx, value)

/* Local storage of sockets, tasks and control groups. */

#define STORED(OF, inner, outer, storage, owner)                                                                       \
	OF(OWNED, inner, outer, lookup, FOUND, storage##_get(map, owner, NULL, 0), owner)                              \
	OF(OWNED, inner, outer, lookup_or_init, FOUND,                                                                 \
	   storage##_get(map, owner, COPY_OF(value), BPF_LOCAL_STORAGE_GET_F_CREATE), owner, value)                    \
	OF(OWNED_ONE, inner, outer, delete, NUMBER, storage##_delete(map, owner), owner)

/* The owner is a variable of the program, which ends if there is no owner. */
#define OWNED_ONE(section, context, find, release, inner, outer, operation, take, hand, ...)                           \
	OWNING(section, context, find, release, helper_##inner##_##operation,                                          \
	       WITH(inner, outer, take(inner##_##operation(map, ##__VA_ARGS__)), 0))                                   \
	OWNING(section, context, find, release, hand_##inner##_##operation, WITH(inner, outer, take(hand), 0))
#define OWNED(section, context, find, release, inner, outer, operation, take, hand, ...)                               \
	OWNED_ONE(section, context, find, release, inner, outer, operation, take, hand, ##__VA_ARGS__)                 \
	OWNING(section, context, find, release, helper_##outer##_##inner##_##operation,                                \
	       take(outer##_##inner##_##operation(key, ##__VA_ARGS__)))                                                \
	OWNING(section, context, find, release, hand_##outer##_##inner##_##operation,                                  \
	       take(WITH(inner, outer, hand, NULL)))

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

#define OF_SOCKET(OWN, ...) OWN("tc", struct __sk_buff, ctx->sk ? bpf_sk_fullsock(ctx->sk) : NULL, (void)0, __VA_ARGS__)
#define OF_TASK(OWN, ...) OWN("raw_tp", void, (struct task_struct *)bpf_get_current_task_btf(), (void)0, __VA_ARGS__)
#define OF_CGROUP(OWN, ...) OWN("syscall", void, bpf_cgroup_from_id(1), bpf_cgroup_release(owner), __VA_ARGS__)

STORED(OF_SOCKET, session, sessions, bpf_sk_storage, owner)
STORED(OF_TASK, work, works, bpf_task_storage, owner)
STORED(OF_CGROUP, budget, budgets, bpf_cgrp_storage, owner)

char _license[] SEC("license") = "GPL";
