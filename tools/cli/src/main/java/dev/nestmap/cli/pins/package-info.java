/* SPDX-License-Identifier: Apache-2.0 */
/** Commands for the pins of a service, and for the counts that wait in them. */
@NullMarked
package dev.nestmap.cli.pins;

import org.jspecify.annotations.NullMarked;
