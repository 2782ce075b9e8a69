/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Lists and trees of objects that have lists themselves. Nothing here was written for Nestmap. */
#include <linux/bpf.h>
#include <linux/version.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
struct bpf_list_head {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
struct bpf_list_node {
	__u64 __opaque[3];
} __attribute__((aligned(8)));
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
struct bpf_rb_root {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
struct bpf_rb_node {
	__u64 __opaque[4];
} __attribute__((aligned(8)));
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
struct bpf_refcount {
	__u32 __opaque[1];
} __attribute__((aligned(4)));
#endif

#define __contains(name, node) __attribute__((btf_decl_tag("contains:" #name ":" #node)))

struct word { /* has no field but its node */
	struct bpf_list_node node;
};

struct position { /* also the value of a map */
	__s32 row;
	__s32 column;
};

enum kind { PROSE, CODE };

struct line {
	__u32 number;
	struct bpf_list_node all;
	__u64 written;
	struct bpf_list_node recent;
	struct bpf_rb_node by_number;
	struct bpf_refcount readers;
	struct bpf_list_head words __contains(word, node);
	struct bpf_spin_lock lock;
	struct position at[2];
	enum kind kind;
	char text[8];
};

struct page {
	__u32 lines;
	struct bpf_list_head recent __contains(line, recent);
	struct bpf_list_head all __contains(line, all);
	struct bpf_rb_root by_number __contains(line, by_number);
	struct bpf_spin_lock lock;
	__u64 changed;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct page);
} pages SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct position);
} positions SEC(".maps");

struct vocabulary {
	struct bpf_spin_lock lock;
	struct bpf_list_head words __contains(word, node);
};

struct vocabulary_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct vocabulary);
} english SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct vocabulary_map);
} vocabularies SEC(".maps") = {
	.values = { &english },
};

extern void *bpf_obj_new_impl(__u64 type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				   void *meta, __u64 offset) __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;

SEC("tc")
int push(struct __sk_buff *ctx)
{
	__u32 key = 7;
	struct page *page = bpf_map_lookup_elem(&pages, &key);
	struct line *line;
	struct word *word;

	if (!page)
		return -1;
	line = bpf_obj_new_impl(bpf_core_type_id_local(struct line), NULL);
	if (!line)
		return -2;
	word = bpf_obj_new_impl(bpf_core_type_id_local(struct word), NULL);
	if (!word) {
		bpf_obj_drop_impl(line, NULL);
		return -2;
	}
	line->number = ctx->len;
	bpf_spin_lock(&line->lock);
	bpf_list_push_back_impl(&line->words, &word->node, NULL, 0);
	bpf_spin_unlock(&line->lock);
	bpf_spin_lock(&page->lock);
	bpf_list_push_back_impl(&page->recent, &line->recent, NULL,
				__builtin_offsetof(struct line, recent));
	page->lines++;
	bpf_spin_unlock(&page->lock);
	return 0;
}

SEC("tc")
int pop(struct __sk_buff *ctx)
{
	__u32 key = 7;
	struct page *page = bpf_map_lookup_elem(&pages, &key);
	struct bpf_list_node *node;
	struct line *line;
	int number;

	(void)ctx;
	if (!page)
		return -1;
	bpf_spin_lock(&page->lock);
	node = bpf_list_pop_front(&page->recent);
	bpf_spin_unlock(&page->lock);
	if (!node)
		return 0;
	line = container_of(node, struct line, recent);
	number = line->number;
	bpf_obj_drop_impl(line, NULL);
	return number;
}

char LICENSE[] SEC("license") = "GPL";
