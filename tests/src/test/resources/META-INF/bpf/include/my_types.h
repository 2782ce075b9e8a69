/* SPDX-License-Identifier: GPL-2.0 */
/* Types that were there before their maps were described in Java. */
#ifndef MY_TYPES_H
#define MY_TYPES_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#include <stdbool.h>
#endif

enum my_mode {
	MY_MODE_OFF,
	MY_MODE_ON = 4,
	MY_MODE_LATER,
};

enum my_kind : __u8 {
	MY_KIND_NONE,
	MY_KIND_SOME,
	MY_KIND_LAST,
};

struct my_node {
	struct my_node *next;
	void *others[2];
	enum my_kind kind;
};

struct my_point {
	__s16 x;
	__s16 y;
} __attribute__((packed));

struct my_limits {
	__u32 rate;
	struct {
		__u16 low;
		__s16 high;
	} window[2];
	enum my_mode mode;
	bool on;
	char name[7];
	__u64 wide : 40;
	__u64 rest : 24;
	__s32 delta : 5;
	bool seen : 1;
	union {
		__u32 number;
		__be16 ports[2];
	} id;
	struct my_point points[3];
};

#endif /* MY_TYPES_H */
