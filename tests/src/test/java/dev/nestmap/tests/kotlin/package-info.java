/* SPDX-License-Identifier: Apache-2.0 */
/** Calls accessors from Kotlin. */
@NullMarked
package dev.nestmap.tests.kotlin;

import org.jspecify.annotations.NullMarked;
