/* SPDX-License-Identifier: Apache-2.0 */
/** Checks object files without loading them. */
@NullMarked
package dev.nestmap.lint;

import org.jspecify.annotations.NullMarked;
