/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Native functions and native memory, without a type of the library that calls them. {@link dev.nestmap.natives.Natives} chooses the
 * implementation.
 */
@NullMarked
package dev.nestmap.natives;

import org.jspecify.annotations.NullMarked;
