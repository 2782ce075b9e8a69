/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "kernel_selftests.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("tc")
{
	struct seen_map *seen = filters_lookup(0);
	struct recent_map *recents = recents_lookup(0);
	struct locked *locked = locked_at_locked_lookup(1, 0);
	struct timed *timed = timed_at_timed_lookup(1, 0);
	__u64 *count = counters_counter_lookup(7, 1);
	int *number = resized_at_resized_lookup(2, 4);

	EXPECT(sockets_lookup(0));
	EXPECT(seen && seen_might_contain(seen, 4000000000));
	EXPECT(!seen_add(seen, 5));
	EXPECT(recents && !recent_update(recents, 4000000000, ~0ULL, BPF_NOEXIST));
	EXPECT(number && *number == -1);
	*number = -2147483647 - 1;
	EXPECT(count);
	*count += 3;
	EXPECT(timed && timed->counter == -7);
	timed->counter = 7;
	EXPECT(locked);
	bpf_spin_lock(&locked->lock);
	locked->counter++;
	bpf_spin_unlock(&locked->lock);
	return 0;
}

/* On Linux 6.12, programs for packets have no storages of tasks. */
SEC("raw_tp")
int exchange_stored(void *ctx __attribute__((unused)))
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct stored_map *stored = stored_at_lookup(0);
	__u64 *own;

	EXPECT(stored);
	own = stored_lookup_or_init(stored, task, ~0ULL);
	EXPECT(own && *own == ~0ULL && stored_at_stored_lookup(0, task) == own);
	return 0;
}
