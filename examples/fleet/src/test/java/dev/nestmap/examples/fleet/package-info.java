/* SPDX-License-Identifier: Apache-2.0 */
/** Runs the project of {@code examples/templates/fleet} on several machines, kills its processes, and compares the totals with what was sent. */
@NullMarked
package dev.nestmap.examples.fleet;

import org.jspecify.annotations.NullMarked;
