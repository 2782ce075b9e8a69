/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Uses local storage of sockets and tasks. */
#include "storages.bpf.h"

/*
 * Reports by bits on the storage of the packet's socket, which is new: 1 it was empty at first, 2 an
 * entry was created with the given value, 4 the entry was found, 8 it was deleted, 16 an entry of the
 * plain map was created with zeros.
 */
SEC("tc")
int sockets(struct __sk_buff *skb)
{
	struct bpf_sock *socket = skb->sk ? bpf_sk_fullsock(skb->sk) : NULL;
	struct session first = {.packets = 100}, *made, *found;
	struct session_map *sessions = sessions_by_lookup(1);
	struct plain_session *plain;
	int seen = 0;

	if (!socket || !sessions)
		return -1;
	if (!session_lookup(sessions, socket) && !sessions_at_session_lookup(1, socket) &&
	    !plain_session_lookup(socket))
		seen |= 1;
	made = session_lookup_or_init(sessions, socket, &first);
	if (made && made->packets == 100 && made->bytes == 0)
		seen |= 2;
	found = sessions_by_session_lookup(1, socket);
	if (made && found == made)
		seen |= 4;
	if (session_delete(sessions, socket) == 0 && !session_lookup(sessions, socket))
		seen |= 8;
	plain = plain_session_lookup_or_init(socket, NULL);
	if (plain && plain->packets == 0)
		seen |= 16;
	return seen;
}

/*
 * Reports by bits on the storage of the current task: 1 it had an entry, 2 an entry was created, 4 it
 * was found, 8 it was deleted.
 */
SEC("raw_tp")
int tasks(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
	struct job_map *jobs = jobs_by_lookup(1);
	struct plain_job *plain = plain_job_lookup(task);
	struct job first = {.tenant = 7}, *made, *found;
	int seen = 0;

	(void)ctx;
	if (plain && plain->tenant == 42)
		seen |= 1;
	if (plain)
		plain->runs++;
	if (!jobs)
		return -1;
	made = job_lookup_or_init(jobs, task, &first);
	if (made && made->tenant == 7 && made->runs == 0)
		seen |= 2;
	found = jobs_by_job_lookup(1, task);
	if (made && found == made)
		seen |= 4;
	if (job_delete(jobs, task) == 0 && !job_lookup(jobs, task))
		seen |= 8;
	return seen;
}

char _license[] SEC("license") = "GPL";
