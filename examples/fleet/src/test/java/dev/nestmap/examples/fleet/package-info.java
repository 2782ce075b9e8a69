/* SPDX-License-Identifier: Apache-2.0 */
/** Totals of a fleet of machines that are exact although processes are killed. Start with {@link dev.nestmap.examples.fleet.FleetDemo}. */
@NullMarked
package dev.nestmap.examples.fleet;

import org.jspecify.annotations.NullMarked;
