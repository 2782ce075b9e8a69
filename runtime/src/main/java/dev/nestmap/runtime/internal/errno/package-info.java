/* SPDX-License-Identifier: Apache-2.0 */
/** The errno values that system calls and libbpf return, and what they mean. */
@NullMarked
package dev.nestmap.runtime.internal.errno;

import org.jspecify.annotations.NullMarked;
