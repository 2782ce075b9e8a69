/* SPDX-License-Identifier: Apache-2.0 */
/** The numbers of errno that system calls and libbpf return. */
@NullMarked
package dev.nestmap.runtime.internal.errno;

import org.jspecify.annotations.NullMarked;
