/* SPDX-License-Identifier: GPL-2.0-only */
/* The next version of fleet.bpf.c: also counts large datagrams. */
#include "next_fleet.bpf.h"

#define LARGE 256

#include "fleet.bpf.c"
