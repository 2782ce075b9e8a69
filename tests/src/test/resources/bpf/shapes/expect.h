/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Defines a program that checks what Java wrote and then writes something itself. It returns the line
 * of the first failed check.
 */
#define EXPECT(condition)                                                                                              \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			return __LINE__;                                                                               \
	} while (0)

#define EXCHANGE(section)                                                                                              \
	SEC(section)                                                                                                   \
	int exchange(void *ctx __attribute__((unused)))

char _license[] SEC("license") = "Dual BSD/GPL";
