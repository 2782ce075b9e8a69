/* SPDX-License-Identifier: Apache-2.0 */
/** Example: counts datagrams of tenants that are not known in advance. Inner maps are created when the program first misses them. */
@NullMarked
package dev.nestmap.examples.newtenants;

import org.jspecify.annotations.NullMarked;
