/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "load_time_slots.bpf.h"
#include "count_in_slots.h"
