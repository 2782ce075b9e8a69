/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A program that compares what Java wrote with what it should be, and writes something itself. It returns the line that was not so. */
#define EXPECT(condition)                                                                                              \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			return __LINE__;                                                                               \
	} while (0)

#define EXCHANGE(section)                                                                                              \
	SEC(section)                                                                                                   \
	int exchange(void *ctx __attribute__((unused)))

char _license[] SEC("license") = "Dual BSD/GPL";
