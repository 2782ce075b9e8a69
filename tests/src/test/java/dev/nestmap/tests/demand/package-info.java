/* SPDX-License-Identifier: Apache-2.0 */
/** Inner maps that are made when a program first misses them. */
@NullMarked
package dev.nestmap.tests.demand;

import org.jspecify.annotations.NullMarked;
