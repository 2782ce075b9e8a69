/* SPDX-License-Identifier: Apache-2.0 */
/** Listeners for Nestmap's operations in this process. */
@NullMarked
package dev.nestmap.runtime.observe;

import org.jspecify.annotations.NullMarked;
