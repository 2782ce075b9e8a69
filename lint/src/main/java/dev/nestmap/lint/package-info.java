/* SPDX-License-Identifier: Apache-2.0 */
/** Checks object files without loading them, and explains the verifier's log. */
@NullMarked
package dev.nestmap.lint;

import org.jspecify.annotations.NullMarked;
