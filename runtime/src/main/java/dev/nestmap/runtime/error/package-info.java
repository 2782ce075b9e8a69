/* SPDX-License-Identifier: Apache-2.0 */
/** Exceptions that the runtime throws, and the kernel's error numbers. */
@NullMarked
package dev.nestmap.runtime.error;

import org.jspecify.annotations.NullMarked;
