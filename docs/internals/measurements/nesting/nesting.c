/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures the programs of nesting.bpf.c, see nesting.md. As root:
 *   clang -target bpf -O2 -g -mcpu=v3 -I/usr/include/x86_64-linux-gnu -c nesting.bpf.c -o nesting.bpf.o
 *   cc -O2 nesting.c -o nesting -lbpf && ./nesting nesting.bpf.o 31
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS 1000000
static const char *const NAMES[] = {"count_none", "count_flat", "count_array", "count_hash"};

static void check(int failed, const char *what)
{
	if (failed) {
		perror(what);
		exit(1);
	}
}

static void fill(struct bpf_object *object, unsigned customers, unsigned senders)
{
	unsigned long long zero[2] = {0};
	int flat = bpf_object__find_map_fd_by_name(object, "flat");
	int outer[] = {bpf_object__find_map_fd_by_name(object, "array"), bpf_object__find_map_fd_by_name(object, "hash")};

	for (unsigned customer = 0; customer < customers; customer++) {
		for (unsigned sender = 0; sender < senders; sender++) {
			unsigned key[] = {customer, sender};
			check(bpf_map_update_elem(flat, key, zero, BPF_ANY), "flat");
		}
		for (int each = 0; each < 2; each++) {
			int inner = bpf_map_create(BPF_MAP_TYPE_HASH, "inner", 4, 16, 1024, NULL);
			check(inner < 0, "inner");
			for (unsigned sender = 0; sender < senders; sender++)
				check(bpf_map_update_elem(inner, &sender, zero, BPF_ANY), "entry");
			check(bpf_map_update_elem(outer[each], &customer, &inner, BPF_ANY), "slot");
		}
	}
}

static int ascending(const void *one, const void *other)
{
	return (*(const unsigned *)one > *(const unsigned *)other) - (*(const unsigned *)one < *(const unsigned *)other);
}

static void measure(const char *file, unsigned customers, unsigned senders, int rounds)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	check(!object || bpf_object__load(object), "load");
	fill(object, customers, senders);
	struct {
		unsigned long long single[2];
		unsigned customers, senders, random, padding;
	} state = {{0}, customers, senders, 1, 0};
	int zero = 0;
	struct bpf_map *map;
	bpf_object__for_each_map(map, object)
		if (strstr(bpf_map__name(map), ".bss"))
			check(bpf_map_update_elem(bpf_map__fd(map), &zero, &state, BPF_ANY), "bss");
	unsigned results[4][1000];
	char packet[64] = {0};
	for (int round = 0; round < rounds; round++)
		for (int each = 0; each < 4; each++) {
			int at = (each + round) % 4;
			int program = bpf_program__fd(bpf_object__find_program_by_name(object, NAMES[at]));
			LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet, .data_size_in = sizeof packet, .repeat = RUNS);
			check(bpf_prog_test_run_opts(program, &run) || run.retval != XDP_PASS, "run");
			results[at][round] = run.duration;
		}
	printf("%u x %u:", customers, senders);
	for (int each = 0; each < 4; each++) {
		qsort(results[each], rounds, sizeof(unsigned), ascending);
		printf("  %s %u (%u to %u)", NAMES[each], results[each][rounds / 2], results[each][rounds / 4], results[each][rounds * 3 / 4]);
	}
	printf(" ns\n");
	bpf_object__close(object);
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 25;

	measure(argv[1], 1, 1, rounds);
	measure(argv[1], 64, 1024, rounds);
	return 0;
}
