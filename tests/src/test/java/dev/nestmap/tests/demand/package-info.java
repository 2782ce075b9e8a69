/* SPDX-License-Identifier: Apache-2.0 */
/** Inner maps on demand: user space creates them when a program first misses them. */
@NullMarked
package dev.nestmap.tests.demand;

import org.jspecify.annotations.NullMarked;
