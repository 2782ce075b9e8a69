/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Maps in this process's heap that answer like the kernel's, errno by errno (the rules are those of Linux 6.18), for tests
 * without privileges. The bytes are the same, so codecs and layouts are exercised as well. Per-CPU types have values for as
 * many CPUs as this VM may use. There are no programs and no grace periods. An LRU map evicts the very entry that was written
 * longest ago; the kernel's choice is only near it, because it keeps lists per CPU, and a lookup by system call counts as no
 * use in either.
 */
@NullMarked
package dev.nestmap.runtime.internal.heap;

import org.jspecify.annotations.NullMarked;
