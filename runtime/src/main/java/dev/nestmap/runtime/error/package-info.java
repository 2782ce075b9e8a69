/* SPDX-License-Identifier: Apache-2.0 */
/** Exceptions that the runtime throws, and the error numbers of the kernel and libbpf. */
@NullMarked
package dev.nestmap.runtime.error;

import org.jspecify.annotations.NullMarked;
