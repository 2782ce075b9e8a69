/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Calls each helper of helper_maps.bpf.h in a program of its own: helper_visit_update calls visit_update. */
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
#define PROGRAM_TC(name, result) PROGRAM("tc", struct __sk_buff, name, result)

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

/* Evaluates an expression with an inner map, map, if there is one. */
#define WITH(inner, outer, present)                                                                                    \
	({                                                                                                             \
		struct inner##_map *map = outer##_lookup(key);                                                         \
                                                                                                                       \
		map ? (present) : 0;                                                                                   \
	})

/* Calls a helper of an inner map (ONE), the same helper through an outer map (FUSED), or both. */
#define ONE(section, context, inner, outer, operation, take, ...)                                                      \
	PROGRAM(section, context, helper_##inner##_##operation,                                                        \
		WITH(inner, outer, take(inner##_##operation(map, ##__VA_ARGS__))))
#define FUSED(section, context, inner, outer, operation, take, ...)                                                    \
	PROGRAM(section, context, helper_##outer##_##inner##_##operation,                                              \
		take(outer##_##inner##_##operation(key, ##__VA_ARGS__)))
#define ONE_TC(...) ONE("tc", struct __sk_buff, __VA_ARGS__)
#define FUSED_TC(...) FUSED("tc", struct __sk_buff, __VA_ARGS__)
#define TC(...) ONE_TC(__VA_ARGS__) FUSED_TC(__VA_ARGS__)

#define OUTER(outer) PROGRAM_TC(helper_##outer##_lookup, IS_THERE(outer##_lookup(key)))

OUTER(limits)
OUTER(seens)
OUTER(traces)
OUTER(sessions)
OUTER(works)
OUTER(budgets)

/* What the helpers count on the way of an addition that fails. */
#define COUNTING(outer)                                                                                                \
	OUTER(outer)                                                                                                   \
	PROGRAM_TC(helper_##outer##_count_refused, ({ outer##_count_refused(-7); 0; }))                                \
	PROGRAM_TC(helper_##outer##_count_unknown, ({ outer##_count_unknown(); 0; }))

COUNTING(visits)
COUNTING(visits_at)
COUNTING(marks)
COUNTING(marks_at)
COUNTING(recents)
COUNTING(steps)
COUNTING(hits)
COUNTING(lasts)
COUNTING(shares)
COUNTING(routes)
COUNTING(jobs)
COUNTING(frames)
COUNTING(events)

/* Hashes and arrays. */

#define EACH(inner, operation, ...)                                                                                    \
	TC(inner, inner##s, operation, __VA_ARGS__)                                                                    \
	FUSED_TC(inner, inner##s_at, operation, __VA_ARGS__)
#define ENTRIES(inner)                                                                                                 \
	EACH(inner, lookup, FOUND, &address)                                                                           \
	EACH(inner, lookup_or_init, FOUND, &address, &inner)                                                           \
	ONE_TC(inner, inner##s, delete, NUMBER, &address)

ENTRIES(visit)
ONE_TC(visit, visits, update, NUMBER, &address, &visit, BPF_ANY)
EACH(visit, add, NUMBER, &address, &visit)

ENTRIES(mark)
EACH(mark, update, NUMBER, &address, &mark, BPF_ANY)

#define LOOKUP(inner, outer) TC(inner, outer, lookup, FOUND, index)
#define UPDATE(inner, outer) ONE_TC(inner, outer, update, NUMBER, index, value, BPF_ANY)
#define ADD(inner, outer) TC(inner, outer, add, NUMBER, index, value)
#define HASHED(inner, outer)                                                                                           \
	LOOKUP(inner, outer)                                                                                           \
	UPDATE(inner, outer)                                                                                           \
	ONE_TC(inner, outer, delete, NUMBER, index)                                                                    \
	TC(inner, outer, lookup_or_init, FOUND, index, value)

HASHED(recent, recents)
FUSED_TC(recent, recents, update, NUMBER, index, value, BPF_ANY)
HASHED(hit, hits)
ADD(hit, hits)
HASHED(last, lasts)
ADD(last, lasts)
LOOKUP(step, steps)
UPDATE(step, steps)
ADD(step, steps)
LOOKUP(share, shares)
UPDATE(share, shares)
ADD(share, shares)
LOOKUP(limit, limits)

TC(route, routes, lookup, FOUND, &prefix)
TC(route, routes, update, NUMBER, &prefix, value, BPF_ANY)
ONE_TC(route, routes, delete, NUMBER, &prefix)

/* Inner maps on demand. */

PROGRAM_TC(helper_recents_request, ({ recents_request(key); 0; }))
PROGRAM_TC(helper_recents_lookup_or_request, IS_THERE(recents_lookup_or_request(key)))

/* Queues, stacks, Bloom filters and ring buffers. */

#define PUSHED(inner, outer)                                                                                           \
	TC(inner, outer, push, NUMBER, value, BPF_EXIST)                                                               \
	TC(inner, outer, pop, NUMBER, &sum)                                                                            \
	TC(inner, outer, peek, NUMBER, &sum)

PUSHED(job, jobs)
PUSHED(frame, frames)
TC(seen, seens, add, NUMBER, value)
TC(seen, seens, might_contain, NUMBER, value)
TC(event, events, reserve, RESERVED)
TC(event, events, output, NUMBER, value, 0)
ONE("raw_tp", void, traced, traces, perf_output, NUMBER, ctx, value)
FUSED("raw_tp", void, traced, traces, perf_output, NUMBER, ctx, value)

/* Local storage of sockets, tasks and control groups. The owner is a variable of the program, which ends if there is no owner. */

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
#define OWNED_ONE(OF, inner, outer, operation, take, ...)                                                              \
	OF(helper_##inner##_##operation, WITH(inner, outer, take(inner##_##operation(map, ##__VA_ARGS__))))
#define OWNED(OF, inner, outer, operation, take, ...)                                                                  \
	OWNED_ONE(OF, inner, outer, operation, take, ##__VA_ARGS__)                                                    \
	OF(helper_##outer##_##inner##_##operation, take(outer##_##inner##_##operation(key, ##__VA_ARGS__)))
#define STORED(OF, inner, outer)                                                                                       \
	OWNED(OF, inner, outer, lookup, FOUND, owner)                                                                  \
	OWNED(OF, inner, outer, lookup_or_init, FOUND, owner, value)                                                   \
	OWNED_ONE(OF, inner, outer, delete, NUMBER, owner)

#define OF_SOCKET(...) OWNING("tc", struct __sk_buff, ctx->sk ? bpf_sk_fullsock(ctx->sk) : NULL, (void)0, __VA_ARGS__)
#define OF_TASK(...) OWNING("raw_tp", void, (struct task_struct *)bpf_get_current_task_btf(), (void)0, __VA_ARGS__)
#define OF_CGROUP(...) OWNING("syscall", void, bpf_cgroup_from_id(1), bpf_cgroup_release(owner), __VA_ARGS__)

STORED(OF_SOCKET, session, sessions)
STORED(OF_TASK, work, works)
STORED(OF_CGROUP, budget, budgets)

char _license[] SEC("license") = "GPL";
