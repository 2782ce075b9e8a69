/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The seam between accessors and what is below them. Above it nothing knows of file descriptors, below it nothing knows of
 * records: a {@link dev.nestmap.runtime.internal.RawMap} is bytes in, bytes out and errno. One implementation asks the
 * kernel through libbpf, one answers from the heap.
 *
 * <p>Not for users: anything here may change in any release.
 */
@NullMarked
package dev.nestmap.runtime.internal;

import org.jspecify.annotations.NullMarked;
