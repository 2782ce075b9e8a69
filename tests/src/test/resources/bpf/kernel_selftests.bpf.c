/* SPDX-License-Identifier: GPL-2.0 */
#include "kernel_selftests.bpf.h"

char _license[] SEC("license") = "GPL";
