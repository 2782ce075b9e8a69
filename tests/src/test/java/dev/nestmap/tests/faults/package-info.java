/* SPDX-License-Identifier: Apache-2.0 */
/** System calls that fail, and processes that are killed, in the middle of every operation. */
@NullMarked
package dev.nestmap.tests.faults;

import org.jspecify.annotations.NullMarked;
