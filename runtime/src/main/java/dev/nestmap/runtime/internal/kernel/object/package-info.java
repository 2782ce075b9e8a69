/* SPDX-License-Identifier: Apache-2.0 */
/** Loads objects through libbpf, which owns the file descriptors of their maps and programs. */
@NullMarked
package dev.nestmap.runtime.internal.kernel.object;

import org.jspecify.annotations.NullMarked;
