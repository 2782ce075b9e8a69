/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Nothing but a map. */
#include "sample.bpf.h"
