/* SPDX-License-Identifier: Apache-2.0 */
/** Several outer maps declared on one record, in the kernel and in memory. */
@NullMarked
package dev.nestmap.tests.outermaps;

import org.jspecify.annotations.NullMarked;
