/* SPDX-License-Identifier: Apache-2.0 */
/* The C side of GetBenchmark: reads entries as a C program would. */
#include <bpf/bpf.h>
#include <stdint.h>
#include <unistd.h>

struct sample {
	uint64_t packets;
	uint64_t bytes;
};

int open_map(int id)
{
	return bpf_map_get_fd_by_id(id);
}

int close_map(int fd)
{
	return close(fd);
}

/* Reads this many entries, of keys 0 to mask, and returns the sum of their values, or -1 if an entry is missing. */
long get(int fd, long gets, int mask)
{
	struct sample sample;
	long sum = 0;

	for (long i = 0; i < gets; i++) {
		uint32_t key = i & mask;

		if (bpf_map_lookup_elem(fd, &key, &sample))
			return -1;
		sum += sample.packets + sample.bytes;
	}
	return sum;
}
