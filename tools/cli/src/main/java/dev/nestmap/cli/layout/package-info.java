/* SPDX-License-Identifier: Apache-2.0 */
/** The command {@code nestmap layout}. */
@NullMarked
package dev.nestmap.cli.layout;

import org.jspecify.annotations.NullMarked;
