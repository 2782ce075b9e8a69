/* SPDX-License-Identifier: Apache-2.0 */
/** Releases the resources of a failed or finished operation, even if a step of the release fails. */
@NullMarked
package dev.nestmap.runtime.internal.cleanup;

import org.jspecify.annotations.NullMarked;
