/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Writes and checks the three entries of ComponentTypesTest: the minimum values, the maximum values,
 * and a pattern.
 */
#include "everything.bpf.h"
#include <bpf/bpf_endian.h>

#define ROWS 3

static const struct from_java rows[ROWS] = {
	{
		.all = {
			.bits = {
				.own8 = -128,
				.own64 = -__LONG_LONG_MAX__ - 1,
				.own16 = -32768,
				.s8 = -128,
				.own32 = -__INT_MAX__ - 1,
				.s16 = -32768,
				.s32 = -__INT_MAX__ - 1,
				.s64 = -__LONG_LONG_MAX__ - 1,
			},
			.values = {
				.s8 = -128,
				.s16 = -32768,
				.s32 = -__INT_MAX__ - 1,
			},
			.others = {
				.flag = false,
				.plain = PLAIN_FIRST,
				.narrow = PLAIN_FIRST,
				.extreme = EXTREME_LEAST,
				.small = SMALL_LEAST,
				.wide = EXTREME_LEAST,
			},
		},
	},
	{
		.all = {
			.bits = {
				.own8 = 127,
				.own64 = __LONG_LONG_MAX__,
				.u8 = 255,
				.own16 = 32767,
				.s8 = 127,
				.own32 = __INT_MAX__,
				.u16 = 65535,
				.be32 = 0xffffffff,
				.s16 = 32767,
				.u64 = 0xffffffffffffffff,
				.be16 = 65535,
				.u32 = 0xffffffff,
				.s32 = __INT_MAX__,
				.s64 = __LONG_LONG_MAX__,
				.be64 = 0xffffffffffffffff,
			},
			.between = 255,
			.values = {
				.u8 = 255,
				.s8 = 127,
				.u32 = 0xffffffff,
				.u16 = 65535,
				.be32 = 0xffffffff,
				.s16 = 32767,
				.be16 = 65535,
				.s32 = __INT_MAX__,
			},
			.others = {
				.flag = true,
				.plain = PLAIN_THIRD,
				.narrow = PLAIN_THIRD,
				.extreme = EXTREME_MOST,
				.small = SMALL_MOST,
				.wide = EXTREME_MOST,
				.address = 0xffffffff,
				.last = 255,
			},
		},
		.after = 255,
	},
	{
		.all = {
			.bits = {
				.own8 = 0x01,
				.own64 = 0x0203040506070809,
				.u8 = 0x8a,
				.own16 = 0x0b0c,
				.s8 = -2,
				.own32 = 0x0d0e0f10,
				.u16 = 0x9112,
				.be32 = bpf_htonl(0x93141516),
				.s16 = -1000,
				.u64 = 0x9718191a1b1c1d1e,
				.be16 = bpf_htons(0x9f20),
				.u32 = 0xa1222324,
				.s32 = -100000,
				.s64 = -10000000000,
				.be64 = bpf_cpu_to_be64(0xa526272829303132),
			},
			.between = 0x33,
			.values = {
				.u8 = 200,
				.s8 = -100,
				.u32 = 4000000000,
				.u16 = 60000,
				.be32 = bpf_htonl(0xc0a80102),
				.s16 = -30000,
				.be16 = bpf_htons(443),
				.s32 = -2000000000,
			},
			.others = {
				.flag = true,
				.plain = PLAIN_SECOND,
				.narrow = PLAIN_SECOND,
				.extreme = EXTREME_MINUS_ONE,
				.small = SMALL_SEVEN,
				.wide = EXTREME_MINUS_ONE,
				.address = bpf_htonl(0x7f000001),
				.last = 0x34,
			},
		},
		.after = 0x35,
	},
};

struct request {
	__u32 row;
};

/*
 * Compares the bytes that Java wrote. Returns 0, 1 + the offset of the first byte that differs, or -1
 * without an entry.
 */
SEC("syscall")
int check(struct request *request)
{
	__u32 row = request->row;
	const __u8 *expected, *found;

	if (row >= ROWS)
		return -2;
	expected = (const __u8 *)&rows[row];
	found = (const __u8 *)from_java_lookup(row);
	if (!found)
		return -1;
	for (__u32 i = 0; i < sizeof(rows[0]); i++) {
		if (found[i] != expected[i])
			return 1 + i;
	}
	return 0;
}

/* Writes an entry for Java to read, and an entry whose key contains every component type. */
SEC("syscall")
int write(struct request *request)
{
	__u32 row = request->row;

	if (row >= ROWS)
		return -2;
	if (from_c_update(row, (const struct from_c *)&rows[row], BPF_NOEXIST))
		return 1;
	return by_all_update(&rows[row].all, row + 100, BPF_NOEXIST) ? 2 : 0;
}

/* Finds an entry by a key that contains every component type. */
SEC("syscall")
int find(struct request *request)
{
	__u32 row = request->row;
	__u32 *found;

	if (row >= ROWS)
		return -2;
	found = by_all_lookup(&rows[row].all);
	return found ? *found : -1;
}

/* Writes an enum number that has no constant. */
SEC("syscall")
int write_unknown_constant(void *ctx)
{
	struct from_c entry = {};

	(void)ctx;
	entry.all.others.extreme = 12345;
	return from_c_update(0, &entry, BPF_ANY);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
