/* SPDX-License-Identifier: Apache-2.0 */
/** Releases what a failed or finished operation holds, even if a step of this fails. */
@NullMarked
package dev.nestmap.runtime.internal.cleanup;

import org.jspecify.annotations.NullMarked;
