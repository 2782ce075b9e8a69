/* SPDX-License-Identifier: Apache-2.0 */
/** The interfaces that the kernel and the heap implement: they create, open, pin and load maps. */
@NullMarked
package dev.nestmap.runtime.internal.backend;

import org.jspecify.annotations.NullMarked;
