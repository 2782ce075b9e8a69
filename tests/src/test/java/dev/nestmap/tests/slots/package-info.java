/* SPDX-License-Identifier: Apache-2.0 */
/** Inner maps and programs that are in slots from the start, in the kernel and in memory. */
@NullMarked
package dev.nestmap.tests.slots;

import org.jspecify.annotations.NullMarked;
