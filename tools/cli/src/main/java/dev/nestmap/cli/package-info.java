/* SPDX-License-Identifier: Apache-2.0 */
/** The command {@code nestmap}. */
@NullMarked
package dev.nestmap.cli;

import org.jspecify.annotations.NullMarked;
