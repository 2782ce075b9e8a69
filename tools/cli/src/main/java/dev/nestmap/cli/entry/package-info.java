/* SPDX-License-Identifier: Apache-2.0 */
/** Commands that change one entry of a map. */
@NullMarked
package dev.nestmap.cli.entry;

import org.jspecify.annotations.NullMarked;
