/* SPDX-License-Identifier: Apache-2.0 */
/** The command {@code nestmap top}. */
@NullMarked
package dev.nestmap.cli.top;

import org.jspecify.annotations.NullMarked;
