/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Maps in the Java heap, for tests without privileges. They return the same errno values as the maps of Linux 6.18 and store the same
 * bytes, so tests also exercise codecs and layouts. An entry of a per-CPU map has a value for each CPU that the Java VM may use. There are
 * no programs and no grace periods. An LRU map evicts the least recently written entry, which the kernel only approximates, with lists per
 * CPU. In both, a lookup by system call does not count as a use.
 */
@NullMarked
package dev.nestmap.memory.heap;

import org.jspecify.annotations.NullMarked;
