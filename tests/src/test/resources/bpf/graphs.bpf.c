/* SPDX-License-Identifier: GPL-2.0-only */
/* A list of objects that programs allocate, and a map that holds a reference to a task. */
#include "vmlinux.h"
#include "graphs.bpf.h"
#include <bpf/bpf_core_read.h>

extern void *bpf_obj_new_impl(__u64 type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				   void *meta, __u64 offset) __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct queue *value = queue_by_queue_lookup(1, 0);
	struct packet *packet;

	if (!value)
		return -1;
	packet = bpf_obj_new_impl(bpf_core_type_id_local(struct packet), NULL);
	if (!packet)
		return -2;
	packet->length = ctx->len;
	bpf_spin_lock(&value->lock);
	bpf_list_push_back_impl(&value->queue, &packet->node, NULL, 0);
	value->pushed++;
	bpf_spin_unlock(&value->lock);
	return 0;
}

SEC("tc")
int pop(struct __sk_buff *ctx)
{
	struct queue *value = queue_by_queue_lookup(1, 0);
	struct bpf_list_node *node;
	struct packet *packet;
	int length;

	(void)ctx;
	if (!value)
		return -1;
	bpf_spin_lock(&value->lock);
	node = bpf_list_pop_front(&value->queue);
	bpf_spin_unlock(&value->lock);
	if (!node)
		return 0;
	packet = container_of(node, struct packet, node);
	length = packet->length;
	bpf_obj_drop_impl(packet, NULL);
	return length;
}

SEC("tc")
int hold(struct __sk_buff *ctx)
{
	struct held *held = held_by_held_lookup(1, 7);
	struct task_struct *task;

	(void)ctx;
	if (!held)
		return -1;
	task = bpf_task_acquire(bpf_get_current_task_btf());
	if (!task)
		return -2;
	task = bpf_kptr_xchg(&held->task, task);
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
int holds(struct __sk_buff *ctx)
{
	struct held *held = held_by_held_lookup(1, 7);

	(void)ctx;
	if (!held)
		return -1;
	return held->task ? 1 : 0;
}

char LICENSE[] SEC("license") = "GPL";
