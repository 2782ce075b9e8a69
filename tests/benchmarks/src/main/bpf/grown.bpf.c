/* SPDX-License-Identifier: GPL-2.0-only */
/* The maps of the header and no program. */
#include "grown.bpf.h"

char LICENSE[] SEC("license") = "GPL";
